using EasyQuant.Kernels.IntegerProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

public sealed class RowStatisticsTests
{
    public static TheoryData<string> Isas => KernelUnderTest.Isas;

    [Theory]
    [MemberData(nameof(Isas))]
    public void AreTheSameBits_AsTheDefinitionGives(string isa)
    {
        IntegerProductKernel kernel = KernelUnderTest.Of(isa);
        foreach ((int positions, int rowLength, int rowCount, int zeroPoint) in new[] { (1, 1, 1, 0), (15, 9, 7, 128), (16, 27, 6, 0), (49, 64, 13, 128), (600, 20, 8, 3), (1100, 4, 1, 128) })
        {
            const int Channels = 3;
            byte[] a = TestBytes.Unsigned(positions, positions * rowLength);
            sbyte[][] rows = TestBytes.Rows(positions, rowCount, rowLength);
            float[] target = TestBytes.Reals(positions, Channels * positions);
            int[] channels = [.. Enumerable.Range(0, rowCount).Select(r => r * 2 % Channels)];
            (double[] squares, double[] dots) = (new double[rowCount], new double[rowCount]);

            IntegerProduct.AccumulateStatistics(
                kernel, TestBytes.Panels(a, positions, rowLength, padding: 99), positions, zeroPoint, new SignedRows(rows, rowLength), channels, target, squares, dots);

            int[,] accumulators = TestBytes.Accumulators(a, positions, zeroPoint, rows);
            for (int r = 0; r < rowCount; r++)
            {
                (long square, double dot) = Definition(accumulators, r, target.AsSpan(channels[r] * positions, positions));
                Assert.Equal(square, squares[r]);
                Assert.Equal(dot, dots[r]);
            }
        }
    }

    [Fact]
    public void AddUp_OverCalls()
    {
        byte[] panels = TestBytes.Panels(TestBytes.Unsigned(1, 20 * 8), 20, 8);
        SignedRows rows = new(TestBytes.Rows(2, 3, 8), 8);
        float[] target = TestBytes.Reals(3, 20);
        (double[] once, double[] twice) = (new double[3], new double[3]);
        double[] dots = new double[3];

        IntegerProduct.AccumulateStatistics(IntegerProductKernels.Best, panels, 20, 128, rows, new int[3], target, once, dots);
        double[] firstDots = [.. dots];
        once.CopyTo(twice, 0);
        IntegerProduct.AccumulateStatistics(IntegerProductKernels.Best, panels, 20, 128, rows, new int[3], target, twice, dots);

        Assert.Equal(once.Select(s => 2 * s), twice);
        Assert.Equal(firstDots.Select(d => 2 * d), dots);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Refuse_AChannelThatTheTargetDoesNotHave(int channel)
    {
        byte[] panels = new byte[BytePanels.ByteLength(20, 8)];
        SignedRows rows = new(TestBytes.Rows(2, 1, 8), 8);

        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => IntegerProduct.AccumulateStatistics(
            IntegerProductKernels.Best, panels, 20, 0, rows, [channel], new float[2 * 20], new double[1], new double[1]));

        Assert.Contains($"channel {channel}", error.Message, StringComparison.Ordinal);
    }

    // Sixteen sums in double precision, one for every residue of the position, then halves added to halves. This order is
    // part of the definition: it does not depend on the instruction set. Squares are integers and come out exact in any order.
    private static (long Square, double Dot) Definition(int[,] accumulators, int row, ReadOnlySpan<float> target)
    {
        long square = 0;
        double[] sums = new double[16];
        for (int p = 0; p < target.Length; p++)
        {
            long accumulator = accumulators[row, p];
            square += accumulator * accumulator;
            sums[p % 16] = Math.FusedMultiplyAdd(accumulator, target[p], sums[p % 16]);
        }

        for (int half = 8; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                sums[i] += sums[i + half];
            }
        }

        return (square, sums[0]);
    }
}
