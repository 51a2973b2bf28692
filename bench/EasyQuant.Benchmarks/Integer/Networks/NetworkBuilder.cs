using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>Square planes on their way through a network.</summary>
/// <param name="Value">The tensor, N×C×H×W.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Size">Its height and width.</param>
internal readonly record struct Feature(Value Value, int Channels, int Size);

/// <summary>What follows a convolution.</summary>
internal enum Activation
{
    None,
    Relu,
    Relu6,
}

/// <summary>Strings layers together with seeded random weights. Batch normalisation is taken as folded: it is the convolution's bias.</summary>
/// <remarks>Weights are drawn with variance <c>2 / fan-in</c> (He et al. 2015, eq. 10), which keeps the activations' size from layer to layer.</remarks>
internal sealed class NetworkBuilder
{
    private const int Opset = 17;
    private const float BiasRange = 0.1f;

    private readonly Graph _graph;
    private readonly Random _random = new(1);
    private readonly Value _zero;
    private readonly Value _six;
    private int _values;

    public NetworkBuilder(string name, int size)
    {
        _graph = new Graph(name);
        Value input = new("input", new TensorValueType(DataType.Float32, SymbolicShape.Of([1, 3, size, size])));
        _graph.Inputs.Add(input);
        Input = new Feature(input, 3, size);
        _zero = _graph.AddConstant("zero", Tensor.FromScalar(0f));
        _six = _graph.AddConstant("six", Tensor.FromScalar(6f));
    }

    public Feature Input { get; }

    /// <summary>A convolution padded by half its kernel, rounded down, unless told otherwise.</summary>
    public Feature Conv(Feature x, int channels, int kernel, int stride = 1, Activation activation = Activation.Relu, int? padding = null, int group = 1)
    {
        int pad = padding ?? kernel / 2;
        Value weights = Weights([channels, x.Channels / group, kernel, kernel]);
        Value y = Call("Conv", [x.Value, weights, Bias(channels)], Window(kernel, stride, pad), ("group", new IntAttribute(group)));
        return new Feature(Activate(y, activation), channels, Extent(x.Size, kernel, stride, pad));
    }

    /// <summary>A 3×3 convolution of each channel by itself.</summary>
    public Feature Depthwise(Feature x, int stride, Activation activation = Activation.Relu) =>
        Conv(x, x.Channels, 3, stride, activation, group: x.Channels);

    public Feature MaxPool(Feature x, int kernel, int stride, int padding = 0) =>
        new(Call("MaxPool", [x.Value], Window(kernel, stride, padding)), x.Channels, Extent(x.Size, kernel, stride, padding));

    /// <summary>The mean of each plane.</summary>
    public Feature GlobalAverage(Feature x) => new(Call("GlobalAveragePool", [x.Value], []), x.Channels, 1);

    /// <summary>The sum, with a Relu if wished for.</summary>
    public Feature Add(Feature a, Feature b, Activation activation) => a with { Value = Activate(Call("Add", [a.Value, b.Value], []), activation) };

    /// <summary>The channels of both, side by side.</summary>
    public Feature Concat(Feature a, Feature b) =>
        new(Call("Concat", [a.Value, b.Value], [], ("axis", new IntAttribute(1))), a.Channels + b.Channels, a.Size);

    /// <summary>A fully connected layer over all elements.</summary>
    public Feature Gemm(Feature x, int outputs, Activation activation = Activation.None)
    {
        Value flat = Call("Flatten", [x.Value], []);
        Value y = Call("Gemm", [flat, Weights([outputs, x.Channels * x.Size * x.Size]), Bias(outputs)], [], ("transB", new IntAttribute(1)));
        return new Feature(Activate(y, activation), outputs, 1);
    }

    public Model Build(params IEnumerable<Feature> outputs)
    {
        foreach (Feature output in outputs)
        {
            output.Value.Type = new TensorValueType(DataType.Float32);
            _graph.Outputs.Add(output.Value);
        }

        Model model = new(_graph);
        model.OpsetImports[""] = Opset;
        return model;
    }

    private static int Extent(int size, int kernel, int stride, int padding) => (size + 2 * padding - kernel) / stride + 1;

    private static (string Name, AttributeValue Value)[] Window(int kernel, int stride, int padding) =>
    [
        ("kernel_shape", new IntsAttribute([kernel, kernel])),
        ("strides", new IntsAttribute([stride, stride])),
        ("pads", new IntsAttribute([padding, padding, padding, padding])),
    ];

    private Value Activate(Value x, Activation activation) => activation switch
    {
        Activation.Relu => Call("Relu", [x], []),
        Activation.Relu6 => Call("Clip", [x, _zero, _six], []),
        _ => x,
    };

    private Value Call(string opType, Value[] inputs, (string Name, AttributeValue Value)[] attributes, params (string Name, AttributeValue Value)[] more)
    {
        string name = $"{opType.ToLowerInvariant()}{++_values}";
        Value output = new(name);
        Node node = _graph.Add(new Node(opType, inputs, [output], name));
        foreach ((string key, AttributeValue value) in attributes.Concat(more))
        {
            node.Attributes[key] = value;
        }

        return output;
    }

    private Value Weights(Shape shape)
    {
        int fanIn = (int)(shape.ElementCount / shape[0]);
        float[] elements = new float[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++)
        {
            // Normal, as trained weights nearly are: how far heavy ones stick out decides what fits 16 bits.
            elements[i] = MathF.Sqrt(-2 * MathF.Log(1 - _random.NextSingle()) * 2 / fanIn) * MathF.Cos(MathF.Tau * _random.NextSingle());
        }

        return _graph.AddConstant($"w{++_values}", Tensor.From(elements, shape));
    }

    private Value Bias(int channels) => Uniform($"b{++_values}", [channels], BiasRange);

    private Value Uniform(string name, Shape shape, float range)
    {
        float[] elements = new float[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = range * (2 * _random.NextSingle() - 1);
        }

        return _graph.AddConstant(name, Tensor.From(elements, shape));
    }
}
