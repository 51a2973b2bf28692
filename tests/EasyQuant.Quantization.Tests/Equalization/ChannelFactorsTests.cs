using EasyQuant.Graphs;
using EasyQuant.Quantization.Equalization;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Equalization;

public sealed class ChannelFactorsTests
{
    [Fact]
    public void AChannelBelowZero_DoesNotCostTheOthersHalfOfTheirIntegers()
    {
        // As behind x · sigmoid(x): one channel reaches to 0.28 below zero and hardly above, the others to 1, 2, 4, … above.
        const int Channels = 16;
        float[] ends = [.. Enumerable.Range(0, Channels).SelectMany(k => new[] { -0.28f, k == 0 ? 0.01f : MathF.Pow(1.5f, k) })];
        ChannelStatistics tensor = ChannelStatistics.Of(Tensor.From(ends, [1, Channels, 1, 2]));
        float[] weights = [.. Enumerable.Repeat(1f, Channels)];
        Node convolution = new("Conv", [new Value("y"), new Value("w") { Constant = Tensor.From(weights, [Channels, 1, 1, 1]) }], [new Value("z")], "depthwise");
        convolution.Attributes["group"] = new IntAttribute(Channels);

        float[] factors = ChannelFactors.Choose(tensor, [new ChannelReader(convolution, 0)], 8, 8);

        float above = Enumerable.Range(0, Channels).Max(k => tensor.Maxima[k] / factors[k]);
        float below = Enumerable.Range(0, Channels).Max(k => -tensor.Minima[k] / factors[k]);
        Assert.True(below < 0.75f * above, $"{below} below, {above} above");
        Assert.True(factors[1] < 0.3f * factors[^1], $"{factors[1]}, {factors[^1]}");
    }
}
