using EasyQuant.Graphs;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Simulation;

public sealed class PatchImageTests
{
    private const float Scale = 0.05f;

    public static TheoryData<int, int, int, int, int, int> Geometries()
    {
        TheoryData<int, int, int, int, int, int> data = [];
        foreach ((int channels, int groups) in new[] { (3, 1), (8, 1), (6, 2), (10, 2), (6, 6) })
        {
            foreach ((int kernel, int stride, int dilation, int pad) in new[] { (1, 1, 1, 0), (1, 2, 1, 0), (3, 1, 1, 1), (3, 2, 1, 1), (3, 1, 2, 2), (2, 3, 1, 0), (3, 2, 3, 4), (5, 4, 1, 2), (3, 1, 1, 0) })
            {
                data.Add(channels, groups, kernel, stride, dilation, pad);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void ProductsWithTheImage_AreTheConvolution(int channels, int groups, int kernel, int stride, int dilation, int pad)
    {
        const int Height = 13;
        const int Width = 21;
        const int PerGroup = 2;
        foreach (IntegerRange range in new[] { new IntegerRange(8, signed: false), new IntegerRange(8, signed: true), IntegerRange.Asymmetric(8, 21) })
        {
            Random random = new(channels + kernel);
            int reach = (kernel - 1) * dilation + 1;
            (int outputHeight, int outputWidth) = ((Height + 2 * pad - reach) / stride + 1, (Width + 2 * pad - reach) / stride + 1);
            QuantizableLayer layer = Layer(channels, groups, kernel, stride, dilation, pad, PerGroup * groups);
            (PatchGeometry geometry, _) = PatchGeometry.Of(layer, [1, channels, Height, Width], [1, PerGroup * groups, outputHeight, outputWidth]);
            float[] input = [.. Enumerable.Range(0, 2 * geometry.InputLength).Select(_ => (random.NextSingle() - (range.IsSymmetric ? 0.5f : 0.1f)) * 12)];
            sbyte[] weights = [.. Enumerable.Range(0, layer.Channels * layer.RowLength).Select(_ => (sbyte)random.Next(-127, 128))];

            // Two images in one segment, into a buffer that has seen another one.
            PatchLayout layout = new([geometry, geometry]);
            PatchImage image = new();
            image.Fill([.. Enumerable.Repeat(7f, input.Length)], layout, Scale, range);
            image.Fill(input, layout, Scale, range);

            PatchRows order = new(layer);
            for (int group = 0; group < groups; group++)
            {
                sbyte[][] rows = [.. Enumerable.Range(group * PerGroup, PerGroup).Select(c => order.Pack<sbyte>(weights.AsSpan(c * layer.RowLength, layer.RowLength), group))];
                int[] output = new int[PerGroup * 2 * geometry.Positions];
                IntegerProduct.Multiply(IntegerProductKernels.Best, image.View(layout.Offsets(order, group)), image.ZeroPoint, new SignedRows(rows, order.Length(group)), output);

                Assert.Equal(Convolve(input, weights, geometry, range, group, PerGroup), output);
            }
        }
    }

    private static QuantizableLayer Layer(int channels, int groups, int kernel, int stride, int dilation, int pad, int outputs)
    {
        Value x = new("x", new TensorValueType(DataType.Float32));
        Value w = new("w") { Constant = Tensor.From(new float[outputs * (channels / groups) * kernel * kernel], [outputs, channels / groups, kernel, kernel]) };
        Node node = new("Conv", [x, w], [new Value("y")], "layer");
        node.Attributes["strides"] = new IntsAttribute([stride, stride]);
        node.Attributes["dilations"] = new IntsAttribute([dilation, dilation]);
        node.Attributes["pads"] = new IntsAttribute([pad, pad, pad, pad]);
        node.Attributes["group"] = new IntAttribute(groups);
        return LayerRecognition.Recognize(node).Layer!;
    }

    // Output channel, then image, then position: one product at a time.
    private static IEnumerable<int> Convolve(float[] input, sbyte[] weights, PatchGeometry g, IntegerRange range, int group, int perGroup)
    {
        QuantizationParameters parameters = QuantizationParameters.ForActivations(range, Scale, DataType.UInt8);
        int inputs = g.Channels / g.Groups;
        for (int channel = group * perGroup; channel < (group + 1) * perGroup; channel++)
        {
            for (int image = 0; image < 2; image++)
            {
                for (int p = 0; p < g.Positions; p++)
                {
                    int sum = 0;
                    for (int k = 0; k < g.RowLength; k++)
                    {
                        int y = p / g.OutputWidth * g.StrideY - g.PadTop + k / g.KernelWidth % g.KernelHeight * g.DilationY;
                        int x = p % g.OutputWidth * g.StrideX - g.PadLeft + k % g.KernelWidth * g.DilationX;
                        if (y >= 0 && y < g.Height && x >= 0 && x < g.Width)
                        {
                            int c = group * inputs + k / (g.KernelHeight * g.KernelWidth);
                            float element = input[image * g.InputLength + (c * g.Height + y) * g.Width + x];
                            sum += weights[channel * g.RowLength + k] * (parameters.Quantize(element) - parameters.ZeroPoint);
                        }
                    }

                    yield return sum;
                }
            }
        }
    }
}
