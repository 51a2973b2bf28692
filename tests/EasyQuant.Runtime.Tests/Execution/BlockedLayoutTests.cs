using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Execution;

/// <summary>An observed run keeps every value plain, so it is what the blocked layout must agree with, bit for bit.</summary>
public sealed class BlockedLayoutTests
{
    [Theory]
    [InlineData(3, 24, 1, 15, 17, 3, 2, 1, 1)]
    [InlineData(1, 16, 1, 9, 9, 5, 1, 0, 2)]
    [InlineData(7, 20, 1, 9, 9, 3, 1, 1, 1)]
    [InlineData(16, 16, 1, 7, 7, 1, 1, 0, 1)]
    [InlineData(16, 48, 1, 8, 13, 3, 1, 1, 1)]
    [InlineData(40, 33, 1, 13, 13, 3, 2, 1, 1)]
    [InlineData(16, 40, 1, 25, 23, 3, 1, 1, 1)]
    [InlineData(2, 40, 1, 50, 45, 3, 2, 0, 1)]
    [InlineData(40, 7, 1, 6, 5, 3, 1, 1, 2)]
    [InlineData(32, 32, 1, 1, 1, 1, 1, 0, 1)]
    [InlineData(20, 50, 1, 9, 8, 1, 2, 0, 1)]
    [InlineData(24, 24, 24, 20, 31, 3, 1, 1, 1)]
    [InlineData(24, 24, 24, 21, 14, 5, 2, 2, 1)]
    [InlineData(40, 40, 40, 4, 3, 3, 1, 2, 2)]
    [InlineData(16, 16, 16, 90, 90, 3, 2, 1, 1)]
    public void Convolution_HasTheSameBits(int channels, int outChannels, int groups, int height, int width, int kernel, int stride, int pad, int dilation)
    {
        // The second convolution reads what the first has left in blocks; the first one's weights alone decide the shapes.
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 2, channels, height, width);
        Value first = graph.Call("Conv", [x, graph.AddConstant("w1", SmallModels.Noise(1, [channels, channels, 1, 1]))], "first");
        Value second = graph.Call(
            "Conv",
            [first, graph.AddConstant("w2", SmallModels.Noise(2, [outChannels, channels / groups, kernel, kernel])), graph.AddConstant("b", SmallModels.Noise(3, [outChannels]))],
            "second",
            ("strides", new IntsAttribute([stride, stride])), ("pads", new IntsAttribute([pad, pad, pad, pad])),
            ("dilations", new IntsAttribute([dilation, dilation])), ("group", new IntAttribute(groups)));

        AssertSameBits(graph.ToModel(graph.Call("Relu", [second], "y")), SmallModels.Noise(4, [2, channels, height, width]));
    }

    [Theory]
    [InlineData(32, 11, 3, 2, 0)]
    [InlineData(40, 45, 3, 2, 1)]
    [InlineData(24, 9, 3, 1, 1)]
    [InlineData(16, 8, 2, 2, 0)]
    public void MaxPool_HasTheSameBits(int channels, int size, int kernel, int stride, int pad)
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 2, 3, size, size);
        Value c = graph.Call("Conv", [x, graph.AddConstant("w", SmallModels.Noise(1, [channels, 3, 1, 1]))], "c");
        Value pooled = graph.Call(
            "MaxPool", [c], "y",
            ("kernel_shape", new IntsAttribute([kernel, kernel])), ("strides", new IntsAttribute([stride, stride])), ("pads", new IntsAttribute([pad, pad, pad, pad])));

        AssertSameBits(graph.ToModel(pooled), SmallModels.Noise(2, [2, 3, size, size]));
    }

    [Theory]
    [InlineData(32, 16)]
    [InlineData(16, 24)]
    [InlineData(24, 16)]
    public void Branches_JoinedAgain_HaveTheSameBits(int left, int right)
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 1, 3, 10, 10);
        Value a = graph.Call("Conv", [x, graph.AddConstant("wa", SmallModels.Noise(1, [left, 3, 1, 1]))], "a");
        Value b = graph.Call("Conv", [x, graph.AddConstant("wb", SmallModels.Noise(2, [right, 3, 1, 1]))], "b");
        Value ab = graph.Call("Concat", [a, b], "ab", ("axis", new IntAttribute(1)));
        Value c = graph.Call("Conv", [ab, graph.AddConstant("wc", SmallModels.Noise(3, [left, left + right, 1, 1]))], "c");
        Value sum = graph.Call("Add", [a, c], "sum");
        Value clipped = graph.Call("Clip", [graph.Call("Sigmoid", [sum], "s"), graph.AddConstant("low", Tensor.FromScalar(0.4f))], "y");

        AssertSameBits(graph.ToModel(clipped, ab), SmallModels.Noise(4, [1, 3, 10, 10]));
    }

    private static void AssertSameBits(Model model, Tensor x)
    {
        Dictionary<string, Tensor> inputs = new() { ["x"] = x };
        using GraphExecutor one = new(model, new ExecutorOptions { Threads = 1 });
        using GraphExecutor two = new(model, new ExecutorOptions { Threads = 2 });
        IReadOnlyDictionary<string, Tensor> plain = one.Run(inputs, (_, _) => { });
        foreach (string output in model.Graph.Outputs.Select(o => o.Name))
        {
            uint[] expected = Bits(plain[output]);
            Assert.Equal(plain[output].Shape, one.Run(inputs)[output].Shape);
            Assert.Equal(expected, Bits(one.Run(inputs)[output]));
            Assert.Equal(expected, Bits(two.Run(inputs)[output]));
        }
    }

    private static uint[] Bits(Tensor tensor) => MemoryMarshal.Cast<byte, uint>(tensor.Bytes.Span).ToArray();
}
