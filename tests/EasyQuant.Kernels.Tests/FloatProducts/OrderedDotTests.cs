using EasyQuant.Kernels.FloatProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.FloatProducts;

public sealed class OrderedDotTests
{
    // The order once more without vectors.
    [Fact]
    public void EveryLength_HasTheBitsOfTheDefinition()
    {
        Random random = new(11);
        for (int length = 0; length < 200; length++)
        {
            double[] x = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.4)];
            double[] y = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.6)];
            double[] parts = new double[32];
            double rest = 0;
            for (int i = 0; i < length; i++)
            {
                ref double sum = ref (i < length / 8 * 8 ? ref parts[i % 32] : ref rest);
                sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
            }

            double[] eight = [.. Enumerable.Range(0, 8).Select(l => parts[l] + parts[8 + l] + (parts[16 + l] + parts[24 + l]))];
            double[] four = [.. Enumerable.Range(0, 4).Select(l => eight[l] + eight[4 + l])];
            double expected = four[0] + four[2] + (four[1] + four[3]) + rest;

            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(OrderedDot.Of(x, y)));
        }
    }

    [Fact]
    public void OtherLengths_AreRefused() => Assert.Throws<ArgumentException>(() => OrderedDot.Of(new double[3], new double[4]));
}
