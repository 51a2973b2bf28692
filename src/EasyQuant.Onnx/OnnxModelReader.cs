using EasyQuant.Files;
using EasyQuant.Graphs;
using EasyQuant.Onnx.ExternalData;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using EasyQuant.Onnx.Reading;
using Google.Protobuf;

namespace EasyQuant.Onnx;

/// <summary>Reads ONNX models.</summary>
/// <remarks>
/// A model file is untrusted: sizes are checked against the data before anything is allocated, external data may not lie
/// outside the model's folder, and messages nest at most <see cref="MaximumNesting"/> deep. External data is not read but
/// mapped, so large weights cost memory only when touched. What a <see cref="Model"/> has no place for is kept and written
/// back by <see cref="OnnxModelWriter"/>. Nodes that are not in an order in which they can be computed are put into one.
/// Versions of the standard operator set below <see cref="MinimumOpset"/> are refused, newer ones are read: whether an
/// operator is known in that version is for the one who calculates with it.
/// </remarks>
public static class OnnxModelReader
{
    /// <summary>The oldest version of the standard operator set that is read: the first with today's broadcasting.</summary>
    public const int MinimumOpset = 7;

    /// <summary>How deep messages may nest; a graph in a graph takes three levels.</summary>
    public const int MaximumNesting = 100;

    /// <summary>Reads a model and maps the external data beside it.</summary>
    /// <exception cref="InvalidModelException">There is no such file, or it is no usable model; the message begins with the path.</exception>
    public static Model Read(string path) => ModelFileErrors.Name(path, "an ONNX model", () =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        return file.Length <= int.MaxValue
            ? Read(file, Path.GetDirectoryName(Path.GetFullPath(path)))
            : throw new InvalidModelException($"the file has {file.Length} bytes; an ONNX model may have 2 GiB, larger weights belong into external data.");
    });

    /// <summary>Bytes of the files beside the model that hold its external data; 0 where it has none, or was not read here.</summary>
    public static long ExternalBytes(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return (model.Origin as ModelOrigin)?.Folder?.ByteLength ?? 0;
    }

    /// <summary>Reads a model from a stream, up to its end.</summary>
    /// <param name="stream">The model.</param>
    /// <param name="externalDataFolder">The folder that external data may lie in; without one, a model that has external data is refused.</param>
    /// <exception cref="InvalidModelException">The stream holds no usable model.</exception>
    public static Model Read(Stream stream, string? externalDataFolder = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelProto proto;
        try
        {
            using CodedInputStream input = CodedInputStream.CreateWithLimits(stream, int.MaxValue, MaximumNesting);
            proto = ModelProto.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidModelException(
                $"this is no ONNX model, or it is cut off, damaged or nested more than {MaximumNesting} messages deep: {error.Message}", error);
        }

        return ModelReader.Read(proto, externalDataFolder is null ? null : new ExternalDataFolder(externalDataFolder));
    }
}
