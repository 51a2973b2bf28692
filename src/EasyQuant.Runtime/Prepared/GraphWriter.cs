using EasyQuant.Graphs;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Runtime.Prepared;

/// <summary>
/// Writes a model's graph: its values, each by name and type, then everything else by their numbers. Nested graphs go on counting, so
/// that they can name what lies around them. Documentation is left out.
/// </summary>
internal sealed class GraphWriter(StructureWriter structure)
{
    private readonly Dictionary<Value, int> _numbers = [];

    public void Write(Graph graph)
    {
        structure.Text(graph.Name);
        Value[] values = [.. graph.AllValues()];
        foreach (Value value in values)
        {
            _numbers.Add(value, _numbers.Count);
        }

        structure.List(values, v =>
        {
            structure.Text(v.Name);
            WriteType(v.Type, v.Name);
        });
        structure.List(graph.Initializers, i =>
        {
            WriteNumber(i);
            structure.Tensor(i.Constant ?? throw new InvalidModelException($"initializer '{i.Name}' has no elements."));
        });
        structure.List(graph.Inputs, WriteNumber);
        structure.List(graph.Nodes, WriteNode);
        structure.List(graph.Outputs, WriteNumber);
        foreach (Value value in values)
        {
            _numbers.Remove(value);
        }
    }

    private void WriteNode(Node node)
    {
        structure.Text(node.OpType);
        structure.Text(node.Domain);
        structure.Text(node.Name);
        structure.List(node.Inputs, WriteOptionalNumber);
        structure.List(node.Attributes, a =>
        {
            structure.Text(a.Key);
            WriteAttribute(a.Value, node, a.Key);
        });
        structure.List(node.Outputs, WriteOptionalNumber);
    }

    private void WriteAttribute(AttributeValue attribute, Node node, string name)
    {
        structure.Byte((byte)PreparedKinds.Of(attribute, node, name));
        switch (attribute)
        {
            case IntAttribute a:
                structure.Signed(a.Value);
                break;
            case FloatAttribute a:
                structure.Real(a.Value);
                break;
            case StringAttribute a:
                structure.Text(a.Value);
                break;
            case IntsAttribute a:
                structure.List(a.Values, structure.Signed);
                break;
            case FloatsAttribute a:
                structure.List(a.Values, structure.Real);
                break;
            case StringsAttribute a:
                structure.List(a.Values, structure.Text);
                break;
            case TensorAttribute a:
                structure.Tensor(a.Value);
                break;
            case GraphAttribute a:
                Write(a.Value);
                break;
            case GraphsAttribute a:
                structure.List(a.Values, Write);
                break;
            case TypeAttribute a:
                WriteType(a.Value, name);
                break;
        }
    }

    private void WriteType(ValueType? type, string name)
    {
        structure.Byte((byte)PreparedKinds.Of(type, name));
        switch (type)
        {
            case TensorValueType t:
                structure.Byte((byte)t.ElementType);
                structure.Byte(t.Shape is null ? (byte)0 : (byte)1);
                if (t.Shape is not null)
                {
                    structure.List(t.Shape.Dimensions, WriteDimension);
                }

                break;
            case SequenceValueType t:
                WriteType(t.ElementType, name);
                break;
            case OptionalValueType t:
                WriteType(t.ElementType, name);
                break;
        }
    }

    private void WriteDimension(Dimension dimension)
    {
        structure.Byte((byte)PreparedKinds.Of(dimension));
        if (dimension.Value is { } extent)
        {
            structure.Count(extent);
        }
        else if (dimension.Symbol is { } symbol)
        {
            structure.Text(symbol);
        }
    }

    private void WriteOptionalNumber(Value? value) => structure.Count(value is null ? 0 : NumberOf(value) + 1);

    private void WriteNumber(Value value) => structure.Count(NumberOf(value));

    private int NumberOf(Value value) =>
        _numbers.TryGetValue(value, out int number) ? number : throw new InvalidModelException($"value '{value.Name}' is read and never computed.");
}
