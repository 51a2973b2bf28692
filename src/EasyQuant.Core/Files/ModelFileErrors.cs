using EasyQuant.Graphs;

namespace EasyQuant.Files;

/// <summary>Says in every error of reading a model which file it was.</summary>
internal static class ModelFileErrors
{
    /// <summary>What <paramref name="read"/> makes of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What messages call a proper one, as in <c>an ONNX model</c>.</param>
    /// <param name="read">Reads it; the file is there and not empty.</param>
    /// <exception cref="InvalidModelException">There is no such file, or it is no usable model; the message begins with the path.</exception>
    public static Model Name(string path, string expected, Func<Model> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
            {
                throw new InvalidModelException(Directory.Exists(path) ? $"this is a folder, expected {expected}." : "there is no such file.");
            }

            return file.Length > 0 ? read() : throw new InvalidModelException($"the file is empty, expected {expected}.");
        }
        catch (UnsupportedModelException error)
        {
            throw new UnsupportedModelException($"'{path}': {error.Message}", error);
        }
        catch (InvalidModelException error)
        {
            throw new InvalidModelException($"'{path}': {error.Message}", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new InvalidModelException($"'{path}' cannot be read: {error.Message}", error);
        }
    }
}
