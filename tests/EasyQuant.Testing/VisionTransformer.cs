using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Testing;

/// <summary>How an exporter writes GELU.</summary>
public enum GeluForm
{
    /// <summary><c>x / 2 · (1 + erf(x / √2))</c> in five nodes.</summary>
    Erf,
    /// <summary><c>x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c> in eight nodes.</summary>
    Tanh,
    /// <summary>The operator Gelu.</summary>
    Operator,
}

/// <summary>
/// A vision transformer with seeded random weights (Dosovitskiy et al. 2021), as exporters write it: patches by a convolution, a class token, blocks of
/// attention and a perceptron behind layer normalizations, a linear classifier. The defaults are those of ViT-tiny.
/// </summary>
/// <remarks>
/// Weights are normal with variance <c>1 / fan-in</c>, which keeps activations' size; the factors of normalizations lie between 0.5 and 1.5, but a few
/// channels have <see cref="OutlierFactor"/>, as trained transformers do.
/// </remarks>
public sealed record VisionTransformer
{
    private const int Opset = 20;

    /// <summary>Rows and columns of the picture.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Rows and columns of a patch.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Numbers of a token.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Heads of attention.</summary>
    public int Heads { get; init; } = 3;

    /// <summary>Blocks.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Classes.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>How GELU is written.</summary>
    public GeluForm Gelu { get; init; } = GeluForm.Erf;

    /// <summary>Whether layer normalizations are written in nine nodes rather than as an operator.</summary>
    public bool WritesNormalizationInNodes { get; init; } = true;

    /// <summary>The factor of one channel in 48.</summary>
    public float OutlierFactor { get; init; } = 6;

    /// <summary>Makes the model, whose input is <c>input</c>, f32[1, 3, size, size].</summary>
    public Model Build()
    {
        Writer g = new(new Graph("vision transformer"));
        Value input = new("input", new TensorValueType(DataType.Float32, SymbolicShape.Of([1, 3, ImageSize, ImageSize])));
        g.Graph.Inputs.Add(input);
        int patches = ImageSize / PatchSize * (ImageSize / PatchSize);
        Value maps = g.Call("Conv", [input, g.Normal(3 * PatchSize * PatchSize, Width, 3, PatchSize, PatchSize), g.Uniform(-0.1f, 0.1f, Width)], ("strides", new IntsAttribute([PatchSize, PatchSize])));
        Value tokens = g.Call("Transpose", [g.Call("Reshape", [maps, g.Integers(1, Width, patches)])], ("perm", new IntsAttribute([0, 2, 1])));
        Value x = g.Call("Add", [g.Call("Concat", [g.Normal(1, 1, 1, Width), tokens], ("axis", new IntAttribute(1))), g.Normal(4, 1, patches + 1, Width)]);
        for (int layer = 0; layer < Layers; layer++)
        {
            x = g.Call("Add", [x, Attention(g, Normalized(g, x), patches + 1)]);
            x = g.Call("Add", [x, Perceptron(g, Normalized(g, x))]);
        }

        Value token = g.Call("Gather", [Normalized(g, x), g.Graph.AddConstant("first", Tensor.FromScalar(0L))], ("axis", new IntAttribute(1)));
        Value scores = g.Call("Gemm", [token, g.Normal(Width, Classes, Width), g.Uniform(-0.1f, 0.1f, Classes)], ("transB", new IntAttribute(1)));
        scores.Type = new TensorValueType(DataType.Float32, SymbolicShape.Of([1, Classes]));
        g.Graph.Outputs.Add(scores);
        Model model = new(g.Graph) { IrVersion = 9 };
        model.OpsetImports[""] = Opset;
        return model;
    }

    private Value Attention(Writer g, Value x, int tokens)
    {
        int size = Width / Heads;
        Value all = g.Call("Transpose", [g.Call("Reshape", [Linear(g, x, Width, 3 * Width), g.Integers(1, tokens, 3, Heads, size)])], ("perm", new IntsAttribute([2, 0, 3, 1, 4])));
        Value[] parts = [.. Enumerable.Range(0, 3).Select(i => g.Call("Gather", [all, g.Graph.AddConstant(g.Name(), Tensor.FromScalar((long)i))], ("axis", new IntAttribute(0))))];
        Value keys = g.Call("Transpose", [parts[1]], ("perm", new IntsAttribute([0, 1, 3, 2])));
        Value scores = g.Call("Mul", [g.Call("MatMul", [parts[0], keys]), g.Scalar(1 / MathF.Sqrt(size))]);
        Value mixed = g.Call("MatMul", [g.Call("Softmax", [scores], ("axis", new IntAttribute(-1))), parts[2]]);
        return Linear(g, g.Call("Reshape", [g.Call("Transpose", [mixed], ("perm", new IntsAttribute([0, 2, 1, 3]))), g.Integers(1, tokens, Width)]), Width, Width);
    }

    private Value Perceptron(Writer g, Value x) => Linear(g, Activated(g, Linear(g, x, Width, 4 * Width)), 4 * Width, Width);

    private static Value Linear(Writer g, Value x, int inputs, int outputs) => g.Call("Add", [g.Uniform(-0.1f, 0.1f, outputs), g.Call("MatMul", [x, g.Normal(inputs, inputs, outputs)])]);

    private Value Activated(Writer g, Value x) => Gelu switch
    {
        GeluForm.Operator => g.Call("Gelu", [x]),
        GeluForm.Erf => g.Call("Mul", [g.Call("Mul", [x, g.Call("Add", [g.Call("Erf", [g.Call("Div", [x, g.Scalar(MathF.Sqrt(2))])]), g.Scalar(1)])]), g.Scalar(0.5f)]),
        _ => g.Call("Mul", [
            g.Call("Mul", [x, g.Scalar(0.5f)]),
            g.Call("Add", [g.Call("Tanh", [g.Call("Mul", [g.Call("Add", [x, g.Call("Mul", [g.Call("Pow", [x, g.Scalar(3)]), g.Scalar(0.044715f)])]), g.Scalar(MathF.Sqrt(2 / MathF.PI))])]), g.Scalar(1)])]),
    };

    private Value Normalized(Writer g, Value x)
    {
        float[] factors = g.Uniform(0.5f, 1.5f, Width).Constant!.AsSpan<float>().ToArray();
        for (int channel = 7; channel < Width; channel += 48)
        {
            factors[channel] = OutlierFactor;
        }

        Value gamma = g.Graph.AddConstant(g.Name(), Tensor.From(factors, [Width]));
        Value beta = g.Uniform(-0.2f, 0.2f, Width);
        if (!WritesNormalizationInNodes)
        {
            return g.Call("LayerNormalization", [x, gamma, beta], ("axis", new IntAttribute(-1)), ("epsilon", new FloatAttribute(1e-6f)));
        }

        Value centred = g.Call("Sub", [x, g.Call("ReduceMean", [x, g.Integers(-1)])]);
        Value variance = g.Call("ReduceMean", [g.Call("Pow", [centred, g.Scalar(2)]), g.Integers(-1)]);
        return g.Call("Add", [g.Call("Mul", [g.Call("Div", [centred, g.Call("Sqrt", [g.Call("Add", [variance, g.Scalar(1e-6f)])])]), gamma]), beta]);
    }

    /// <summary>Strings nodes together; values are numbered.</summary>
    private sealed class Writer(Graph graph)
    {
        private readonly Random _random = new(3);
        private int _values;

        public Graph Graph { get; } = graph;

        public string Name() => $"v{_values++}";

        public Value Call(string opType, Value[] inputs, params (string Name, AttributeValue Value)[] attributes)
        {
            Node node = Graph.Add(new Node(opType, inputs, [new Value(Name())], $"{opType}_{_values}"));
            foreach ((string name, AttributeValue value) in attributes)
            {
                node.Attributes[name] = value;
            }

            return node.Outputs[0]!;
        }

        public Value Scalar(float number) => Graph.AddConstant(Name(), Tensor.FromScalar(number));

        public Value Integers(params long[] numbers) => Graph.AddConstant(Name(), Tensor.From(numbers, [numbers.Length]));

        public Value Uniform(float lowest, float highest, params int[] extents) => Fill(() => lowest + (highest - lowest) * _random.NextSingle(), extents);

        // Sums of twelve uniform numbers have variance 1.
        public Value Normal(int fanIn, params int[] extents) =>
            Fill(() => (Enumerable.Range(0, 12).Sum(_ => _random.NextSingle()) - 6) / MathF.Sqrt(fanIn), extents);

        private Value Fill(Func<float> next, int[] extents)
        {
            float[] numbers = new float[new Shape(extents).ElementCount];
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = next();
            }

            return Graph.AddConstant(Name(), Tensor.From(numbers, new Shape(extents)));
        }
    }
}
