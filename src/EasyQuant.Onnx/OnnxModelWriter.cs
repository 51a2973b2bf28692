using EasyQuant.Files;
using EasyQuant.Graphs;
using EasyQuant.Onnx.ExternalData;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using EasyQuant.Onnx.Writing;
using Google.Protobuf;

namespace EasyQuant.Onnx;

/// <summary>Writes ONNX models.</summary>
/// <remarks>
/// <para>What was read by <see cref="OnnxModelReader"/> and has not been changed is written as it was, down to the order of
/// lists and the form of tensors, but for the place of the data: large constants go into one file beside the model where the
/// model was read with such files, where one file would be too large, or where <see cref="OnnxWriteOptions"/> say so, and
/// are embedded elsewhere.</para>
/// <para>That file is named after the model and its contents, <c>NAME.onnx.0123456789abcdef.data</c>. A process that ends at
/// any moment leaves the old model with the old data or the new one with the new; the data of a model that has been replaced
/// is deleted. Whoever moves a model moves the file with it, under its name.</para>
/// </remarks>
public static class OnnxModelWriter
{
    private const long DefaultExternalThreshold = 1024;

    /// <summary>Writes a model, and its external data where it has some, to temporary files that are then moved into place.</summary>
    /// <returns>The bytes of the model with its data.</returns>
    /// <exception cref="InvalidModelException">The model cannot be written; nothing is left behind.</exception>
    public static long Write(Model model, string path, OnnxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxWriteOptions();
        string full = Path.GetFullPath(path);
        using FileTransaction files = new();
        using ExternalDataFile? external = ThresholdFor(model, options) is { } threshold
            ? new ExternalDataFile(() => files.Create($"{full}.data"), threshold)
            : null;
        RequireFitting(model, options.EmbeddedLimit, external);
        ModelProto proto = ModelWriter.Write(model, external);
        string? dataPath = null;
        if (external?.Stream is { } data)
        {
            dataPath = DataFileName.Of(full, external.Hash());
            external.Name(Path.GetFileName(dataPath));
            files.Rename(data, dataPath);
        }

        Stream file = files.Create(full);
        proto.WriteTo(file);
        long bytes = file.Position + (external?.Length ?? 0);
        string[] superseded = [.. DataFileName.ReferredToBy(full).Where(p => p != dataPath)];
        files.Commit();
        Array.ForEach(superseded, DeleteUnlessInUse);
        return bytes;
    }

    /// <summary>Writes a model with everything in it to a stream.</summary>
    /// <exception cref="InvalidModelException">The model cannot be written, or its constants are too large for one file.</exception>
    public static void Write(Model model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        RequireFitting(model, new OnnxWriteOptions().EmbeddedLimit, null);
        ModelWriter.Write(model, null).WriteTo(stream);
    }

    // Nothing where everything is embedded.
    private static long? ThresholdFor(Model model, OnnxWriteOptions options)
    {
        bool hadData = model.Origin is ModelOrigin { Folder.ByteLength: > 0 };
        return options.ExternalThreshold ?? (hadData || EmbeddedBytes(model, null) > options.EmbeddedLimit ? DefaultExternalThreshold : null);
    }

    private static void RequireFitting(Model model, long limit, ExternalDataFile? external)
    {
        long bytes = EmbeddedBytes(model, external);
        if (bytes > limit)
        {
            throw new InvalidModelException(external is null
                ? $"the model's constants have {bytes} bytes, one file takes {limit}. Write it to a path, so that they can lie in a file beside it."
                : $"the model's constants that must lie in it, small ones and those of Constant nodes, have {bytes} bytes, one file takes {limit}. Make initializers of Constant nodes.");
        }
    }

    private static long EmbeddedBytes(Model model, ExternalDataFile? external) =>
        EmbeddedBytes(model.Graph, external) + model.Functions.Sum(f => EmbeddedBytes(f.Body, external));

    private static long EmbeddedBytes(Graph graph, ExternalDataFile? external) =>
        graph.Initializers.Sum(i => i.Constant is null || external?.Takes(i.Constant) == true ? 0L : i.Constant.ByteLength) + graph.Nodes.Sum(n => EmbeddedBytes(n, external));

    private static long EmbeddedBytes(Node node, ExternalDataFile? external) =>
        node.Attributes.Values.OfType<TensorAttribute>().Sum(t => (long)t.Value.ByteLength) + node.Subgraphs.Sum(g => EmbeddedBytes(g, external));

    private static void DeleteUnlessInUse(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Windows keeps what is mapped, by this process for instance. Nothing refers to the file any more; the new model is complete without.
        }
    }
}
