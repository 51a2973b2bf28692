using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Quantized models whose parts do not belong together: kernels take pointers, so nothing of it may reach them.</summary>
public sealed class ContradictoryModelTests
{
    [Fact]
    public void WeightsForMoreChannels_ThanTheInputHas_AreRefusedByName()
    {
        QdqGraph graph = new();
        Value convolved = graph.Call("Conv", [graph.Input(1, 8, 12, 12), Weights(graph, 16, 16, 3, 3)], ("pads", new long[] { 1, 1, 1, 1 }));

        AssertRefused(graph.Build(graph.Rounded(convolved, 1 / 16f, 128)), "Conv", "8 input channels");
    }

    [Fact]
    public void GroupsThatDoNotDivideTheChannels_AreRefusedByName()
    {
        QdqGraph graph = new();
        Value convolved = graph.Call("Conv", [graph.Input(1, 8, 12, 12), Weights(graph, 8, 1, 3, 3)], ("group", 3));

        AssertRefused(graph.Build(graph.Rounded(convolved, 1 / 16f, 128)), "Conv");
    }

    [Fact]
    public void AMatrixOfOtherLength_ThanItsInput_IsRefusedByName()
    {
        QdqGraph graph = new();
        Value product = graph.Call("Gemm", [graph.Input(2, 8), Weights(graph, 10, 16)], ("transB", 1));

        AssertRefused(graph.Build(graph.Rounded(product, 1 / 16f, 128)), "Gemm");
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 31)]
    [InlineData(-1L)]
    [InlineData(0L)]
    public void AStrideThatIsNone_IsRefusedByName(long stride)
    {
        QdqGraph graph = new();
        Value convolved = graph.Call("Conv", [graph.Input(1, 8, 12, 12), Weights(graph, 8, 8, 3, 3)], ("strides", new[] { stride, stride }));

        AssertRefused(graph.Build(graph.Rounded(convolved, 1 / 16f, 128)), "Conv");
    }

    // An operator without a rule for shapes leaves what is declared; what it computes shows only in the run.
    [Fact]
    public void ADeclaredShape_ThatIsNotWhatIsComputed_IsRefusedByName()
    {
        QdqGraph graph = new();
        Value chosen = graph.Call("Einsum", [graph.FloatInput(1, 8, 4, 4)], ("equation", "nchw->nhwc"));
        chosen.Type = new TensorValueType(DataType.Float32, SymbolicShape.Of([1, 64, 64, 64]));

        AssertRefused(graph.Build(graph.Rounded(graph.Call("Relu", [graph.Rounded(chosen, 1 / 16f, 128)]), 1 / 16f, 128)), "1x64x64x64");
    }

    [Fact]
    public void ANodeWithoutItsInput_IsRefusedByName()
    {
        QdqGraph graph = new();
        Value convolved = graph.Call("Conv", [graph.Input(1, 8, 12, 12), null]);

        AssertRefused(graph.Build(graph.Rounded(convolved, 1 / 16f, 128)), "input 1 is missing");
    }

    [Fact]
    public void ABiasThatIsNotInteger_IsRefusedByName()
    {
        QdqGraph graph = new();
        Value bias = graph.Call("DequantizeLinear", [graph.Reals(-1, 1, 8), graph.Reals(0.1f, 1, 8)]);
        Value convolved = graph.Call("Conv", [graph.Input(1, 8, 12, 12), Weights(graph, 8, 8, 3, 3), bias]);

        AssertRefused(graph.Build(graph.Rounded(convolved, 1 / 16f, 128)), "DequantizeLinear", "no quantized numbers");
    }

    // Kernels address weights in 32 bits. The weights are zeros: sums of others would be too large before.
    [Fact]
    public void SumsOfTooManyProducts_AreComputedInFloat()
    {
        const int length = 1 << 24;
        QdqGraph graph = new();
        Value weights = graph.Call("DequantizeLinear", [graph.Constant(Tensor.From(new sbyte[length], [length, 1])), graph.Constant(Tensor.FromScalar(1 / 128f))]);
        Value product = graph.Call("MatMul", [graph.Input(1, length), weights]);
        using InferenceSession session = new(graph.Build(graph.Rounded(product, 1 / 16f, 128)), new SessionOptions { Threads = 1 });

        IntegerNetwork network = session.NetworkFor(new Dictionary<string, Shape> { ["input"] = [1, length] });

        Assert.Contains(network.FloatSteps, s => s.Reason.Contains("products, expected less than", StringComparison.Ordinal));
    }

    private static Value Weights(QdqGraph graph, params int[] extents) =>
        graph.Call("DequantizeLinear", [graph.Bytes<sbyte>(-127, 127, extents), graph.Constant(Tensor.FromScalar(1 / 128f))]);

    private static void AssertRefused(Model model, params string[] parts)
    {
        using InferenceSession session = new(model, new SessionOptions { Threads = 1 });
        Dictionary<string, Tensor> inputs = model.Graph.RequiredInputs.ToDictionary(i => i.Name, i => Tensor.From(new float[i.Shape!.ToStatic()!.Value.ElementCount], i.Shape.ToStatic()!.Value));

        InvalidModelException error = Assert.ThrowsAny<InvalidModelException>(() => session.Run(inputs));

        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
