using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Writes graphs of QuantizeLinear and DequantizeLinear as other programs do.</summary>
internal sealed class QdqGraph
{
    private const int Opset = 20;

    private readonly Graph _graph = new("qdq");
    private readonly Random _random = new(5);

    public Value FloatInput(params int[] extents)
    {
        Value input = new("input", new TensorValueType(DataType.Float32, SymbolicShape.Of(new Shape(extents))));
        _graph.Inputs.Add(input);
        return input;
    }

    /// <summary>An input, rounded: 128 stands for zero.</summary>
    public Value Input(params int[] extents) => Rounded(FloatInput(extents), 1 / 32f, 128);

    /// <summary>A value, rounded and dequantized again.</summary>
    public Value Rounded(Value value, float scale, int zeroPoint, DataType type = DataType.UInt8)
    {
        Value step = Constant(Tensor.FromScalar(scale));
        Value zero = Constant(type == DataType.UInt8 ? Tensor.FromScalar((byte)zeroPoint) : Tensor.FromScalar((sbyte)zeroPoint));
        return Call("DequantizeLinear", [Call("QuantizeLinear", [value, step, zero]), step, zero]);
    }

    public Value Call(string opType, Value?[] inputs, params (string Name, object Value)[] attributes) => Calls(opType, 1, inputs, attributes)[0];

    public Value[] Calls(string opType, int outputs, Value?[] inputs, params (string Name, object Value)[] attributes)
    {
        string name = $"{opType}_{_graph.Nodes.Count}";
        Node node = _graph.Add(new Node(opType, inputs, Enumerable.Range(0, outputs).Select(i => new Value($"{name}_{i}")), name));
        foreach ((string key, object value) in attributes)
        {
            node.Attributes[key] = value switch
            {
                int i => new IntAttribute(i),
                float f => new FloatAttribute(f),
                string s => new StringAttribute(s),
                long[] list => new IntsAttribute(list),
                _ => throw new ArgumentException($"No attribute of {value.GetType()}."),
            };
        }

        return [.. node.Outputs.Select(o => o!)];
    }

    public Value Constant(Tensor tensor) => _graph.AddConstant($"c{_graph.Initializers.Count}", tensor);

    public Value Integers(params long[] elements) => Constant(Tensor.From(elements, [elements.Length]));

    public Value Reals(float lowest, float highest, params int[] extents)
    {
        float[] elements = [.. Enumerable.Range(0, (int)new Shape(extents).ElementCount).Select(_ => lowest + (highest - lowest) * _random.NextSingle())];
        return Constant(Tensor.From(elements, new Shape(extents)));
    }

    public Value Bytes<T>(int lowest, int highest, params int[] extents)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        T[] elements = [.. Enumerable.Range(0, (int)new Shape(extents).ElementCount).Select(_ => T.CreateChecked(_random.Next(lowest, highest + 1)))];
        return Constant(Tensor.From(elements, new Shape(extents)));
    }

    public Model Build(params Value[] outputs)
    {
        foreach (Value output in outputs)
        {
            output.Type = new TensorValueType(DataType.Float32);
            _graph.Outputs.Add(output);
        }

        Model model = new(_graph) { IrVersion = 9 };
        model.OpsetImports[""] = Opset;
        return model;
    }

    /// <summary>Something for the input, most of it within what it is rounded to.</summary>
    public Tensor Picture()
    {
        Shape shape = _graph.Inputs[0].Shape!.ToStatic()!.Value;
        Random random = new(11);
        return Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => 9 * (random.NextSingle() - 0.5f))], shape);
    }
}
