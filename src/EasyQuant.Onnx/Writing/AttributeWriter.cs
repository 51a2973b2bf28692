using System.Diagnostics;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using Google.Protobuf;
using static EasyQuant.Onnx.Format.AttributeProto.Types;

namespace EasyQuant.Onnx.Writing;

/// <summary>Makes messages of attributes.</summary>
/// <param name="writeGraph">Writes a nested graph.</param>
internal sealed class AttributeWriter(Func<Graph, GraphProto> writeGraph)
{
    /// <summary>The message of an attribute; one that is still the very value that was read keeps all it said.</summary>
    /// <exception cref="InvalidModelException">The attribute was read from another format.</exception>
    public AttributeProto Write(string name, AttributeValue value, AttributeOrigin? origin)
    {
        if (ReferenceEquals(value, origin?.Value))
        {
            AttributeProto proto = origin.Shell.Clone();
            FillUnchanged(proto, value, origin);
            return proto;
        }

        AttributeProto made = value is OpaqueAttribute opaque ? Opaque(name, opaque) : Make(value);
        made.Name = name;
        return made;
    }

    private void FillUnchanged(AttributeProto proto, AttributeValue value, AttributeOrigin origin)
    {
        switch (value)
        {
            case TensorAttribute tensor:
                proto.T = TensorWriter.Write(tensor.Value, origin.Tensor);
                break;
            case GraphAttribute graph:
                proto.G = writeGraph(graph.Value);
                break;
            case GraphsAttribute graphs:
                proto.Graphs.AddRange(graphs.Values.Select(writeGraph));
                break;
        }
    }

    private AttributeProto Make(AttributeValue value) => value switch
    {
        IntAttribute v => new AttributeProto { Type = AttributeType.Int, I = v.Value },
        FloatAttribute v => new AttributeProto { Type = AttributeType.Float, F = v.Value },
        StringAttribute v => new AttributeProto { Type = AttributeType.String, S = ByteString.CopyFromUtf8(v.Value) },
        IntsAttribute v => new AttributeProto { Type = AttributeType.Ints, Ints = { v.Values } },
        FloatsAttribute v => new AttributeProto { Type = AttributeType.Floats, Floats = { v.Values } },
        StringsAttribute v => new AttributeProto { Type = AttributeType.Strings, Strings = { v.Values.Select(ByteString.CopyFromUtf8) } },
        TensorAttribute v => new AttributeProto { Type = AttributeType.Tensor, T = TensorWriter.Write(v.Value, null) },
        GraphAttribute v => new AttributeProto { Type = AttributeType.Graph, G = writeGraph(v.Value) },
        GraphsAttribute v => new AttributeProto { Type = AttributeType.Graphs, Graphs = { v.Values.Select(writeGraph) } },
        TypeAttribute v => new AttributeProto { Type = AttributeType.TypeProto, Tp = TypeWriter.Write(v.Value) },
        _ => throw new UnreachableException($"{value.GetType().Name} is no kind of attribute."),
    };

    private static AttributeProto Opaque(string name, OpaqueAttribute value) => value.Origin is AttributeProto proto
        ? proto.Clone()
        : throw new InvalidModelException($"attribute '{name}' ({value.Kind}) did not come from an ONNX model and has no form there.");
}
