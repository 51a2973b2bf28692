using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using static EasyQuant.Onnx.Format.AttributeProto.Types;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Onnx.Reading;

/// <summary>Makes attributes of messages.</summary>
/// <param name="tensors">Reads tensors.</param>
/// <param name="readGraph">Reads a nested graph, which messages call as the text says.</param>
internal sealed class AttributeReader(TensorReader tensors, Func<GraphProto, string, Graph> readGraph)
{
    /// <summary>The attribute; the message loses what is now in the value.</summary>
    /// <param name="proto">The message; it is changed.</param>
    /// <param name="node">What messages call the node.</param>
    public AttributeOrigin Read(AttributeProto proto, string node)
    {
        string what = $"{node}: attribute '{proto.Name}'";
        if (proto.RefAttrName.Length > 0)
        {
            return Keep(proto, $"reference to the function's attribute '{proto.RefAttrName}'");
        }

        switch (KindOf(proto))
        {
            case AttributeType.Float:
                return new AttributeOrigin(new FloatAttribute(proto.F), proto, null);
            case AttributeType.Int:
                return new AttributeOrigin(new IntAttribute(proto.I), proto, null);
            case AttributeType.String:
                return new AttributeOrigin(new StringAttribute(proto.S.ToStringUtf8()), proto, null);
            case AttributeType.Floats:
                return new AttributeOrigin(new FloatsAttribute([.. proto.Floats]), proto, null);
            case AttributeType.Ints:
                return new AttributeOrigin(new IntsAttribute([.. proto.Ints]), proto, null);
            case AttributeType.Strings:
                return new AttributeOrigin(new StringsAttribute([.. proto.Strings.Select(s => s.ToStringUtf8())]), proto, null);
            case AttributeType.Tensor:
                TensorOrigin tensor = tensors.Read(Present(proto.T, "tensor", what), what);
                return new AttributeOrigin(new TensorAttribute(tensor.Tensor), proto, tensor);
            case AttributeType.Graph:
                GraphAttribute graph = new(readGraph(Present(proto.G, "graph", what), what));
                proto.G = null;
                return new AttributeOrigin(graph, proto, null);
            case AttributeType.Graphs:
                GraphsAttribute graphs = new([.. proto.Graphs.Select((g, i) => readGraph(g, $"{what}[{i}]"))]);
                proto.Graphs.Clear();
                return new AttributeOrigin(graphs, proto, null);
            case AttributeType.TypeProto when TypeReader.Read(proto.Tp, what) is ValueType type:
                return new AttributeOrigin(new TypeAttribute(type), proto, null);
            case AttributeType.Tensors or AttributeType.SparseTensor or AttributeType.SparseTensors or AttributeType.TypeProto or AttributeType.TypeProtos:
                return Keep(proto, proto.Type.ToString());
            default:
                throw new InvalidModelException($"{what} has type {(int)proto.Type} and no value that tells its type, expected 1 (float) to 14 (types).");
        }
    }

    private static AttributeOrigin Keep(AttributeProto proto, string kind) => new(new OpaqueAttribute(kind, proto), proto, null);

    private static T Present<T>(T? content, string kind, string what) where T : class =>
        content ?? throw new InvalidModelException($"{what} is declared as {kind} but holds none.");

    // Before IR version 2 attributes had no type; the field that is present tells it.
    private static AttributeType KindOf(AttributeProto proto) => proto switch
    {
        { Type: not AttributeType.Undefined } => proto.Type,
        { HasF: true } => AttributeType.Float,
        { HasI: true } => AttributeType.Int,
        { HasS: true } => AttributeType.String,
        { T: not null } => AttributeType.Tensor,
        { G: not null } => AttributeType.Graph,
        { Floats.Count: > 0 } => AttributeType.Floats,
        { Ints.Count: > 0 } => AttributeType.Ints,
        { Strings.Count: > 0 } => AttributeType.Strings,
        { Graphs.Count: > 0 } => AttributeType.Graphs,
        _ => AttributeType.Undefined,
    };
}
