using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Reporting;
using EasyQuant.Reporting.Html;

namespace EasyQuant.Cli;

/// <summary>A folder for results, made before the work begins so that nothing is calculated in vain.</summary>
internal sealed class OutputFolder
{
    private OutputFolder(string path) => Path = path;

    /// <summary>The folder's path as the user gave it.</summary>
    public string Path { get; }

    /// <summary>Creates the folder where it is missing and makes sure that files can be written to it.</summary>
    /// <exception cref="UnusableFileException">It cannot be created or written to.</exception>
    public static OutputFolder Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnusableFileException($"'{path}': the folder for results cannot be created: {error.Message}", error);
        }

        RequireWritable(path);
        return new OutputFolder(path);
    }

    /// <summary>The path of a file in the folder.</summary>
    public string this[string fileName] => System.IO.Path.Combine(Path, fileName);

    /// <summary>Writes a model and returns its path.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    public string Write(Model model, string fileName)
    {
        OutputFile.Write(this[fileName], path => OnnxModelWriter.Write(model, path));
        return this[fileName];
    }

    /// <summary>Writes a report and returns its path.</summary>
    /// <exception cref="UnusableFileException">It cannot be written.</exception>
    public string Write(QuantizationReport report, string fileName)
    {
        OutputFile.Write(this[fileName], path => HtmlReport.Write(report, path));
        return this[fileName];
    }

    /// <summary>Makes a file in the folder and takes it away again.</summary>
    /// <exception cref="UnusableFileException">No file can be made there.</exception>
    internal static void RequireWritable(string folder)
    {
        string probe = System.IO.Path.Combine(folder, $".easyquant-{Guid.NewGuid():N}");
        try
        {
            using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnusableFileException($"No file can be created in folder '{folder}'. Choose another one, or change who may write to it.", error);
        }
    }
}
