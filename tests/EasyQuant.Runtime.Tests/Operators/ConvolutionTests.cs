using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Tests.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

public sealed class ConvolutionTests
{
    // Sums of up to a few hundred products of numbers below 1, in another order.
    private const float Tolerance = 2e-5f;

    [Theory]
    [InlineData(3, 8, 1, 9, 11, 3, 1, 1, 1)]
    [InlineData(3, 7, 1, 13, 10, 3, 2, 1, 1)]
    [InlineData(8, 6, 2, 8, 8, 3, 1, 2, 2)]
    [InlineData(16, 33, 1, 7, 7, 1, 1, 0, 1)]
    [InlineData(16, 4, 1, 7, 7, 1, 2, 0, 1)]
    [InlineData(5, 5, 5, 12, 9, 3, 1, 1, 1)]
    [InlineData(5, 5, 5, 12, 9, 5, 2, 2, 1)]
    [InlineData(6, 12, 6, 6, 6, 3, 1, 1, 1)]
    [InlineData(4, 4, 1, 3, 3, 5, 1, 2, 1)]
    public void Equals_ThePlainLoops(int channels, int outChannels, int groups, int height, int width, int kernel, int stride, int pad, int dilation)
    {
        Tensor x = SmallModels.Noise(1, [2, channels, height, width]);
        Tensor w = SmallModels.Noise(2, [outChannels, channels / groups, kernel, kernel]);
        Tensor b = SmallModels.Noise(3, [outChannels]);
        Graph graph = new();
        Value input = graph.Input("x", DataType.Float32, 2, channels, height, width);
        Value c = graph.Call(
            "Conv", [input, graph.AddConstant("w", w), graph.AddConstant("b", b)], "c",
            ("strides", new IntsAttribute([stride, stride])), ("pads", new IntsAttribute([pad, pad, pad, pad])),
            ("dilations", new IntsAttribute([dilation, dilation])), ("group", new IntAttribute(groups)));
        using GraphExecutor executor = new(graph.ToModel(c, graph.Call("Relu", [c], "r")), new ExecutorOptions { Threads = 2 });

        Tensor y = executor.Run(new Dictionary<string, Tensor> { ["x"] = x })["c"];

        float[] expected = PlainLoops(x, w, b, groups, stride, pad, dilation, y.Shape);
        Assert.All(Enumerable.Range(0, expected.Length), i => Assert.Equal(expected[i], y.AsSpan<float>()[i], Tolerance));
    }

    // The definition, one product at a time, in double precision.
    private static float[] PlainLoops(Tensor x, Tensor w, Tensor b, int groups, int stride, int pad, int dilation, Shape output)
    {
        float[] y = new float[output.ElementCount];
        for (int i = 0; i < y.Length; i++)
        {
            int column = i % output[3];
            int row = i / output[3] % output[2];
            int o = i / output[3] / output[2] % output[1];
            int n = i / output[3] / output[2] / output[1];
            double sum = b.AsSpan<float>()[o];
            for (int c = 0; c < w.Shape[1]; c++)
            {
                for (int k = 0; k < w.Shape[2] * w.Shape[3]; k++)
                {
                    int top = row * stride - pad + k / w.Shape[3] * dilation;
                    int left = column * stride - pad + k % w.Shape[3] * dilation;
                    if (top >= 0 && top < x.Shape[2] && left >= 0 && left < x.Shape[3])
                    {
                        int channel = o / (output[1] / groups) * w.Shape[1] + c;
                        sum += (double)w.AsSpan<float>()[(o * w.Shape[1] + c) * w.Shape[2] * w.Shape[3] + k]
                            * x.AsSpan<float>()[((n * x.Shape[1] + channel) * x.Shape[2] + top) * x.Shape[3] + left];
                    }
                }
            }

            y[i] = (float)sum;
        }

        return y;
    }
}
