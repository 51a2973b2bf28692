using EasyQuant.Files;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Writing;
using Google.Protobuf;

namespace EasyQuant.Onnx;

/// <summary>Writes ONNX models.</summary>
/// <remarks>
/// What was read by <see cref="OnnxModelReader"/> and has not been changed is written as it was, down to the order of
/// lists and the form of tensors, but for the place of the data: constants are embedded wherever they lay, unless
/// <see cref="OnnxWriteOptions"/> say otherwise. A data file that is still mapped by a model read from it can be replaced
/// where the system allows that for open files, which Windows does not.
/// </remarks>
public static class OnnxModelWriter
{
    private const long DefaultExternalThreshold = 1024;

    /// <summary>Writes a model, and its external data where it has some, to temporary files that are then moved into place.</summary>
    /// <exception cref="InvalidModelException">The model cannot be written; nothing is left behind.</exception>
    public static void Write(Model model, string path, OnnxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new OnnxWriteOptions();
        using FileTransaction files = new();
        ExternalDataFile? external = null;
        if (options.ExternalThreshold is not null || ConstantBytes(model.Graph) > options.EmbeddedLimit)
        {
            string dataPath = path + ".data";
            external = new ExternalDataFile(
                () => files.Create(dataPath), Path.GetFileName(dataPath), options.ExternalThreshold ?? DefaultExternalThreshold);
        }

        ModelProto proto = ModelWriter.Write(model, external);
        proto.WriteTo(files.Create(path));
        files.Commit();
    }

    /// <summary>Writes a model with everything in it to a stream.</summary>
    /// <exception cref="InvalidModelException">The model cannot be written, or its constants are too large for one file.</exception>
    public static void Write(Model model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        long limit = new OnnxWriteOptions().EmbeddedLimit;
        long bytes = ConstantBytes(model.Graph);
        if (bytes > limit)
        {
            throw new InvalidModelException(
                $"the model's constants have {bytes} bytes, one file takes {limit}. Write it to a path, so that they can lie in a file beside it.");
        }

        ModelWriter.Write(model, null).WriteTo(stream);
    }

    private static long ConstantBytes(Graph graph) =>
        graph.Initializers.Sum(i => (long)(i.Constant?.ByteLength ?? 0)) + graph.Nodes.Sum(ConstantBytes);

    private static long ConstantBytes(Node node) =>
        node.Attributes.Values.OfType<TensorAttribute>().Sum(t => (long)t.Value.ByteLength) + node.Subgraphs.Sum(ConstantBytes);
}
