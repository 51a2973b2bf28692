using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Tests.Conformance;

/// <summary>One random change of a model or of what it is fed.</summary>
internal sealed class HostileChange(int seed)
{
    private static readonly long[] s_numbers = [0, 1, -1, 2, 3, 7, -5, 100, 1000, int.MaxValue, int.MinValue, 1L << 40, long.MaxValue, long.MinValue];
    private static readonly DataType[] s_types =
        [DataType.Float32, DataType.Float64, DataType.Float16, DataType.BFloat16, DataType.Int64, DataType.Int32, DataType.UInt8, DataType.Bool, DataType.Int4, DataType.String];

    private readonly Random _random = new(seed);
    private string _text = "nothing";

    /// <summary>Changes an attribute, or an input's extents, type or numbers.</summary>
    public void Apply(Model model, Dictionary<string, Tensor> inputs)
    {
        foreach (Value input in model.Graph.Inputs.Where(i => i.Type is TensorValueType))
        {
            // What is declared would otherwise be refused at the border.
            input.Type = null;
        }

        (Node Node, string Name)[] attributes = [.. model.Graph.Nodes.SelectMany(n => n.Attributes.Where(a => a.Value is IntAttribute or IntsAttribute or FloatAttribute).Select(a => (n, a.Key)))];
        string[] names = [.. inputs.Where(i => i.Value.Elements is null && i.Value != Tensor.Absent).Select(i => i.Key)];
        if (attributes.Length > 0 && (names.Length == 0 || _random.Next(2) == 0))
        {
            (Node node, string name) = attributes[_random.Next(attributes.Length)];
            node.Attributes[name] = Changed(node.Attributes[name]);
            _text = $"{name} = {Text(node.Attributes[name])}";
        }
        else if (names.Length > 0)
        {
            string name = names[_random.Next(names.Length)];
            inputs[name] = Changed(inputs[name]);
            _text = $"{name} = {inputs[name]}";
        }
    }

    public override string ToString() => _text;

    private AttributeValue Changed(AttributeValue value) => value switch
    {
        IntAttribute => new IntAttribute(Number()),
        FloatAttribute => new FloatAttribute(_random.Next(4) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => -1, _ => 0 }),
        IntsAttribute ints when _random.Next(3) == 0 => new IntsAttribute([.. ints.Values.Skip(1)]),
        IntsAttribute ints => new IntsAttribute([.. ints.Values.Select(v => _random.Next(2) == 0 ? v : Number())]),
        _ => value,
    };

    private Tensor Changed(Tensor x)
    {
        switch (_random.Next(3))
        {
            case 0:
                Shape shape = new([.. Enumerable.Range(0, _random.Next(5)).Select(_ => _random.Next(5))]);
                return Filled(x.Type, shape);
            case 1:
                return Filled(s_types[_random.Next(s_types.Length)], x.Shape);
            default:
                return Filled(x.Type, x.Shape);
        }
    }

    private Tensor Filled(DataType type, Shape shape)
    {
        if (type == DataType.String)
        {
            return Tensor.FromStrings([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => "x")], shape);
        }

        if (type is DataType.Int64 or DataType.Int32)
        {
            long[] numbers = [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => Number())];
            return type == DataType.Int64 ? Tensor.From(numbers, shape) : Tensor.From(Array.ConvertAll(numbers, n => (int)n), shape);
        }

        if (type == DataType.Float32)
        {
            return Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => _random.Next(10) switch
            {
                0 => float.NaN,
                1 => float.PositiveInfinity,
                2 => -0f,
                _ => _random.NextSingle() * 8 - 4,
            })], shape);
        }

        byte[] bytes = new byte[type.ByteLength(shape.ElementCount)];
        _random.NextBytes(bytes);
        return Tensor.FromBytes(type, shape, type == DataType.Bool ? Array.ConvertAll(bytes, b => (byte)(b & 1)) : bytes);
    }

    private long Number() => s_numbers[_random.Next(s_numbers.Length)];

    private static string Text(AttributeValue value) => value switch
    {
        IntAttribute number => $"{number.Value}",
        FloatAttribute number => $"{number.Value}",
        IntsAttribute numbers => $"[{string.Join(", ", numbers.Values)}]",
        _ => "?",
    };
}
