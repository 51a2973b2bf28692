using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Operators between roundings, in the forms in which exporters write them, are computed in integers, and right.</summary>
public sealed class OperatorLoweringTests
{
    // Small graphs have scales like 1/32, with which many reals lie at a tie.
    private const double MostTies = 0.2;

    private static readonly Dictionary<string, Func<QdqGraph, Value, Value[]>> s_images = new()
    {
        ["Sigmoid"] = (g, x) => [g.Call("Sigmoid", [x])],
        ["HardSwish"] = (g, x) => [g.Call("HardSwish", [x])],
        ["HardSigmoid"] = (g, x) => [g.Call("HardSigmoid", [x], ("alpha", 1 / 6f))],
        ["Tanh"] = (g, x) => [g.Call("Tanh", [x])],
        ["LeakyRelu"] = (g, x) => [g.Call("LeakyRelu", [x], ("alpha", 0.1f))],
        ["Elu"] = (g, x) => [g.Call("Elu", [x])],
        ["Gelu"] = (g, x) => [g.Call("Gelu", [x])],
        ["Clip"] = (g, x) => [g.Call("Clip", [x, g.Constant(Tensor.FromScalar(-1f)), g.Constant(Tensor.FromScalar(2f))])],
        ["SiLU in two operators"] = (g, x) => [g.Call("Mul", [x, g.Call("Sigmoid", [x])])],
        ["Mish in three operators"] = (g, x) => [g.Call("Mul", [x, g.Call("Tanh", [g.Call("Softplus", [x])])])],
        ["GELU in five operators"] = (g, x) =>
        [
            g.Call("Mul", [
                g.Call("Mul", [x, g.Call("Add", [g.Call("Erf", [g.Call("Div", [x, g.Constant(Tensor.FromScalar(MathF.Sqrt(2)))])]), g.Constant(Tensor.FromScalar(1f))])]),
                g.Constant(Tensor.FromScalar(0.5f))]),
        ],
        ["PRelu of channels"] = (g, x) => [g.Call("PRelu", [x, g.Reals(-0.3f, 0.5f, 20, 1, 1)])],
        ["PRelu of one slope"] = (g, x) => [g.Call("PRelu", [x, g.Reals(0.2f, 0.3f, 1)])],
        ["Mul by constants of channels"] = (g, x) => [g.Call("Mul", [g.Reals(-1, 1, 1, 20, 1, 1), x])],
        ["Add of quantized constants of channels"] = (g, x) =>
            [g.Call("Add", [x, g.Call("DequantizeLinear", [g.Bytes<sbyte>(-100, 100, 20, 1, 1), g.Constant(Tensor.FromScalar(0.01f)), g.Constant(Tensor.FromScalar((sbyte)3))])])],
        ["BatchNormalization"] = (g, x) => [g.Call("BatchNormalization", [x, g.Reals(0.5f, 1, 20), g.Reals(-1, 1, 20), g.Reals(-1, 1, 20), g.Reals(0.5f, 1, 20)])],
        ["Add"] = (g, x) => [g.Call("Add", [x, Other(g, x)])],
        ["Add and Relu"] = (g, x) => [g.Call("Relu", [g.Call("Add", [x, Other(g, x)])])],
        ["Sub"] = (g, x) => [g.Call("Sub", [x, Other(g, x)])],
        ["Mul"] = (g, x) => [g.Call("Mul", [x, Other(g, x)])],
        ["Mul by one for each map"] = (g, x) => [g.Call("Mul", [x, Gate(g, x)])],
        ["Mul of one for each map"] = (g, x) => [g.Call("Mul", [Gate(g, x), x])],
        ["Sub from one for each map"] = (g, x) => [g.Call("Sub", [Gate(g, x), x])],
        ["AveragePool"] = (g, x) => [g.Call("AveragePool", [x], ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 1]), ("pads", (long[])[1, 1, 1, 0]))],
        ["AveragePool that counts padding"] = (g, x) =>
            [g.Call("AveragePool", [x], ("kernel_shape", (long[])[3, 3]), ("pads", (long[])[1, 1, 1, 1]), ("count_include_pad", 1), ("strides", (long[])[2, 2]), ("ceil_mode", 1))],
        ["AveragePool of equal extents"] = (g, x) => [g.Call("AveragePool", [x], ("kernel_shape", (long[])[3, 3]), ("auto_pad", "SAME_UPPER"), ("strides", (long[])[2, 2]))],
        ["GlobalAveragePool"] = (g, x) => [g.Call("GlobalAveragePool", [x])],
        ["ReduceMean of maps"] = (g, x) => [g.Call("ReduceMean", [x, g.Integers(2, 3)])],
        ["ReduceMean of maps to a matrix"] = (g, x) => [g.Call("ReduceMean", [x, g.Integers(-1, -2)], ("keepdims", 0))],
        ["MaxPool"] = (g, x) => [g.Call("MaxPool", [x], ("kernel_shape", (long[])[3, 2]), ("dilations", (long[])[2, 1]), ("pads", (long[])[1, 0, 2, 1]), ("ceil_mode", 1))],
        ["GlobalMaxPool"] = (g, x) => [g.Call("GlobalMaxPool", [x])],
        ["Split"] = (g, x) => g.Calls("Split", 3, [x, g.Integers(4, 15, 1)], ("axis", 1)),
        ["Slice"] = (g, x) => [g.Call("Slice", [x, g.Integers(5, 1), g.Integers(-9, 6), g.Integers(2, 3), g.Integers(-2, 2)])],
        ["Pad"] = (g, x) => [g.Call("Pad", [x, g.Integers(0, 3, 1, 0, 0, 2, 0, 2), g.Constant(Tensor.FromScalar(0.75f))])],
        ["Pad by reflection"] = (g, x) => [g.Call("Pad", [x, g.Integers(0, 0, 2, 1, 0, 0, 1, 2)], ("mode", "reflect"))],
        ["Resize"] = (g, x) => [g.Call("Resize", [x, null, g.Constant(Tensor.From([1, 1, 2f, 3f], [4]))], ("mode", "nearest"))],
        ["Transpose"] = (g, x) => [g.Call("Transpose", [x], ("perm", (long[])[0, 2, 3, 1]))],
        ["Channels in turns"] = (g, x) =>
            [g.Call("Reshape", [g.Call("Transpose", [g.Rounded(g.Call("Reshape", [x, g.Integers(2, 4, 5, 63)]), 1 / 32f, 128)], ("perm", (long[])[0, 2, 1, 3])), g.Integers(2, 20, 9, 7)])],
        ["Pad of a part, rounded between"] = (g, x) =>
        [
            g.Call("Pad", [
                g.Rounded(g.Call("Slice", [x, g.Integers(1), g.Integers(6), g.Integers(2)]), 1 / 32f, 128), g.Integers(0, 2, 1, 0, 0, 1, 0, 3), g.Constant(Tensor.FromScalar(-0.5f))]),
        ],
        ["Pad twice with different numbers"] = (g, x) =>
        [
            g.Call("Pad", [
                g.Rounded(g.Call("Pad", [x, g.Integers(0, 2, 1, 0, 0, 1, 0, 3), g.Constant(Tensor.FromScalar(1f))]), 1 / 32f, 128),
                g.Integers(0, 0, 1, 0, 0, 0, 0, 1), g.Constant(Tensor.FromScalar(-0.5f))]),
        ],
        ["Parts of planes as channels"] = (g, x) =>
        [
            g.Call(
                "Concat",
                [.. Enumerable.Range(0, 3).Select(i => g.Rounded(g.Call("Slice", [x, g.Integers(i, 1), g.Integers(i + 7, 7), g.Integers(2, 3), g.Integers(2, 2)]), 1 / 32f, 128))],
                ("axis", 1)),
        ],
        ["DepthToSpace"] = (g, x) => [g.Call("DepthToSpace", [x], ("blocksize", 2))],
        ["Concat of unequal grids"] = (g, x) => [g.Call("Concat", [x, Other(g, x), x], ("axis", 1))],
        ["Conv, weights of one step"] = (g, x) =>
            [Conv(g, x, g.Call("DequantizeLinear", [g.Bytes<sbyte>(-127, 127, 8, 20, 3, 3), g.Constant(Tensor.FromScalar(1 / 900f))]), null)],
        ["Conv, unsigned weights around 128"] = (g, x) =>
            [Conv(g, x, g.Call("DequantizeLinear", [g.Bytes<byte>(1, 255, 8, 20, 3, 3), g.Constant(Tensor.FromScalar(1 / 900f)), g.Constant(Tensor.FromScalar((byte)128))]), null)],
        ["Conv, weights around other zero points"] = (g, x) =>
        [
            Conv(g, x, g.Call("DequantizeLinear", [g.Bytes<byte>(10, 130, 8, 20, 3, 3), g.Reals(1e-3f, 2e-3f, 8), g.Bytes<byte>(20, 100, 8)], ("axis", 0)), g.Reals(-1, 1, 8)),
        ],
        ["Conv, weights quantized in the graph"] = (g, x) =>
        [
            Conv(g, x, InGraph(g, g.Reals(-0.1f, 0.1f, 8, 20, 3, 3)), g.Call("DequantizeLinear", [g.Bytes<int>(-9999, 9999, 8), g.Constant(Tensor.FromScalar(1 / 900f / 32f))])),
        ],
        ["Conv, bias in other steps"] = (g, x) =>
            [Conv(g, x, InGraph(g, g.Reals(-0.1f, 0.1f, 8, 20, 3, 3)), g.Call("DequantizeLinear", [g.Bytes<int>(-9999, 9999, 8), g.Constant(Tensor.FromScalar(1e-4f))]))],
        ["Conv and Relu without rounding between"] = (g, x) => [g.Call("Relu", [Conv(g, x, InGraph(g, g.Reals(-0.1f, 0.1f, 8, 20, 3, 3)), g.Reals(-1, 1, 8))])],
        ["Conv on signed bytes"] = (g, x) => [Conv(g, g.Rounded(x, 1 / 25f, -7, DataType.Int8), InGraph(g, g.Reals(-0.1f, 0.1f, 8, 20, 3, 3)), null)],
    };

    private static readonly Dictionary<string, Func<QdqGraph, Value, Value[]>> s_sequences = new()
    {
        ["MatMul"] = (g, x) => [g.Call("MatMul", [x, InGraph(g, g.Reals(-0.2f, 0.2f, 24, 10))])],
        ["MatMul and Add of a rounded bias"] = (g, x) =>
            [g.Call("Add", [g.Rounded(g.Call("MatMul", [x, InGraph(g, g.Reals(-0.2f, 0.2f, 24, 10))]), 0.04f, 120), g.Reals(-1, 1, 10)])],
        ["MatMul and Add of a bias"] = (g, x) => [g.Call("Add", [g.Reals(-1, 1, 10), g.Call("MatMul", [x, InGraph(g, g.Reals(-0.2f, 0.2f, 24, 10))])])],
        ["MatMul over five axes"] = (g, x) => [g.Call("MatMul", [g.Rounded(g.Call("Reshape", [x, g.Integers(1, 3, 5, 4, 6)]), 1 / 32f, 128), InGraph(g, g.Reals(-0.2f, 0.2f, 6, 10))])],
        ["MatMul of two tensors"] = (g, x) => [g.Call("MatMul", [x, Transposed(g, Other(g, x), 0, 2, 1)])],
        ["MatMul of two tensors, the first never negative"] = (g, x) => [g.Call("MatMul", [Other(g, x), Transposed(g, x, 0, 2, 1)])],
        ["MatMul of two tensors with heads"] = (g, x) =>
        [
            g.Call("MatMul", [Transposed(g, Heads(g, Other(g, x)), 0, 2, 1, 3), Transposed(g, Heads(g, x), 0, 2, 3, 1)]),
        ],
        ["MatMul of two tensors, of which one is an image too"] = (g, x) =>
        [
            g.Call("MatMul", [g.Rounded(g.Call("Sigmoid", [Transposed(g, Heads(g, x), 0, 2, 1, 3)]), 1 / 255f, 0), Transposed(g, Heads(g, x), 0, 2, 3, 1)]),
        ],
        ["Concat along the last axis"] = (g, x) => [g.Call("Concat", [x, Other(g, x)], ("axis", -1))],
        ["Mul"] = (g, x) => [g.Call("Mul", [x, Other(g, x)])],
        ["PRelu"] = (g, x) => [g.Call("PRelu", [x, g.Reals(0, 1, 24)])],
        ["Transpose"] = (g, x) => [g.Call("Transpose", [x], ("perm", (long[])[0, 2, 1]))],
    };

    public static TheoryData<string> Images => [.. s_images.Keys];

    public static TheoryData<string> Sequences => [.. s_sequences.Keys];

    [Theory]
    [MemberData(nameof(Images))]
    public void OnImages_IsIntegerAndRight(string what)
    {
        QdqGraph graph = new();
        AssertInteger(graph, s_images[what](graph, graph.Input(2, 20, 9, 7)));
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public void OnSequences_IsIntegerAndRight(string what)
    {
        QdqGraph graph = new();
        AssertInteger(graph, s_sequences[what](graph, graph.Input(3, 5, 24)));
    }

    [Fact]
    public void AFunctionThatNobodyRounds_IsATableOfReals()
    {
        QdqGraph graph = new();
        Value x = graph.Input(2, 20, 9, 7);

        IntegerNetwork network = Agreement.AssertOn(graph.Build(graph.Call("Sigmoid", [x])), graph.Picture(), MostTies);

        DequantizeStep step = Assert.IsType<DequantizeStep>(network.Steps[^1]);
        Assert.Equal(1 / (1 + MathF.Exp(-3 / 32f)), step.Table[131], 1e-6f);
        Assert.Empty(network.FloatSteps);
    }

    [Fact]
    public void AProductOfTwoLongTensors_IsRight()
    {
        // More rows than a block, more columns than a strip, a depth that is no multiple of four.
        QdqGraph graph = new();
        Value x = graph.Input(2, 30, 301);

        AssertInteger(graph, [graph.Call("MatMul", [Transposed(graph, x, 0, 2, 1), Other(graph, x)])]);
    }

    [Fact]
    public void AProductThatNobodyRounds_HasAFloatResult()
    {
        QdqGraph graph = new();
        Value x = graph.Input(3, 5, 24);
        Value attention = graph.Call("MatMul", [Other(graph, x), Transposed(graph, x, 0, 2, 1)]);
        Model model = graph.Build(graph.Call("Softmax", [graph.Call("Add", [graph.Call("MatMul", [attention, graph.Reals(-1, 1, 5, 5)]), attention])]));

        IntegerNetwork network = Agreement.AssertOn(model, graph.Picture(), MostTies);

        ProductStep step = Assert.Single(network.Steps.OfType<ProductStep>());
        Assert.Null(step.Output);
        Assert.Equal(["MatMul", "Add", "Softmax"], network.FloatSteps.Select(s => s.Node.OpType));
        using InferenceSession session = new(model);
        Tensor actual = session.Run(new Dictionary<string, Tensor> { ["input"] = graph.Picture() }).Values.Single();
        using GraphExecutor executor = new(model);
        Tensor expected = executor.Run(new Dictionary<string, Tensor> { ["input"] = graph.Picture() }).Values.Single();
        Assert.All(expected.AsSpan<float>().ToArray().Zip(actual.AsSpan<float>().ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    [Fact]
    public void ABiasedMatMulThatNobodyRounds_IsOneStep()
    {
        QdqGraph graph = new();
        Value x = graph.Input(3, 5, 24);

        IntegerNetwork network = Agreement.AssertOn(
            graph.Build(graph.Call("Add", [graph.Call("MatMul", [x, InGraph(graph, graph.Reals(-0.2f, 0.2f, 24, 10))]), graph.Reals(-1, 1, 10)])), graph.Picture(), MostTies);

        Assert.Equal(["QuantizeStep", "ConvolutionStep"], network.Steps.Select(s => s.GetType().Name));
    }

    [Fact]
    public void ProductsOfUnequallyManyMatrices_StayInFloat_AndSayWhy()
    {
        QdqGraph graph = new();
        Value x = graph.Input(3, 5, 24);
        Value one = graph.Rounded(graph.Call("Slice", [Transposed(graph, x, 0, 2, 1), graph.Integers(0), graph.Integers(1), graph.Integers(0)]), 1 / 32f, 128);

        IntegerNetwork network = Agreement.AssertOn(graph.Build(graph.Call("MatMul", [x, one])), graph.Picture(), MostTies);

        Assert.Contains("not as many matrices each", Assert.Single(network.FloatSteps).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void PartsOfPlanesAsChannels_AreOneMove()
    {
        QdqGraph graph = new();

        IntegerNetwork network = Agreement.AssertOn(
            graph.Build(graph.Rounded(s_images["Parts of planes as channels"](graph, graph.Input(2, 20, 9, 7))[0], 1 / 32f, 128)), graph.Picture(), MostTies);

        Assert.Equal(["QuantizeStep", "MoveStep", "DequantizeStep"], network.Steps.Select(s => s.GetType().Name));
    }

    [Fact]
    public void Interpolation_StaysInFloat_AndSaysWhy()
    {
        QdqGraph graph = new();
        Value resized = graph.Call("Resize", [graph.Input(1, 4, 5, 5), null, graph.Constant(Tensor.From([1, 1, 2f, 2f], [4]))], ("mode", "linear"));

        IntegerNetwork network = Agreement.AssertOn(graph.Build(graph.Rounded(resized, 1 / 32f, 128)), graph.Picture(), MostTies);

        FloatStep step = Assert.Single(network.FloatSteps);
        Assert.Contains("interpolates (linear)", step.Reason, StringComparison.Ordinal);
    }

    // Each result on a grid of its own, signed and unsigned in turns.
    private static void AssertInteger(QdqGraph graph, Value[] results)
    {
        Value[] outputs = [.. results.Select((r, i) => i % 2 == 0 ? graph.Rounded(r, 0.037f, 101) : graph.Rounded(r, 1 / 30f, -9, DataType.Int8))];

        IntegerNetwork network = Agreement.AssertOn(graph.Build(outputs), graph.Picture(), MostTies);

        Assert.Empty(network.FloatSteps.Select(s => $"{s.Label}: {s.Reason}"));
    }

    // A second tensor that follows from the first.
    private static Value Other(QdqGraph graph, Value x) => graph.Rounded(graph.Call("Sigmoid", [x]), 1 / 200f, 3);

    private static Value Transposed(QdqGraph graph, Value x, params long[] order) => graph.Rounded(graph.Call("Transpose", [x], ("perm", order)), 1 / 32f, 128);

    private static Value Heads(QdqGraph graph, Value x) => graph.Rounded(graph.Call("Reshape", [x, graph.Integers(3, 5, 4, 6)]), 1 / 32f, 128);

    private static Value Gate(QdqGraph graph, Value x) => graph.Rounded(graph.Call("HardSigmoid", [graph.Rounded(graph.Call("GlobalAveragePool", [x]), 0.02f, 128)]), 1 / 255f, 0);

    private static Value InGraph(QdqGraph graph, Value weights)
    {
        Value step = graph.Constant(Tensor.FromScalar(1 / 900f)), zero = graph.Constant(Tensor.FromScalar((sbyte)0));
        return graph.Call("DequantizeLinear", [graph.Call("QuantizeLinear", [weights, step, zero]), step, zero]);
    }

    private static Value Conv(QdqGraph graph, Value x, Value weights, Value? bias) =>
        graph.Call("Conv", [x, weights, bias], ("pads", (long[])[1, 1, 1, 1]), ("strides", (long[])[2, 1]));
}
