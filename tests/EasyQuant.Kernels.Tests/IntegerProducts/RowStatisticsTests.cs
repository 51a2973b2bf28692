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
        foreach ((PositionRuns positions, int rowLength, int rowCount, int zeroPoint) in Cases())
        {
            const int Channels = 3;
            byte[] a = TestBytes.Unsigned(positions.Count, positions.Count * rowLength);
            sbyte[][] rows = TestBytes.Rows(positions.Count, rowCount, rowLength);
            float[] target = TestBytes.Reals(positions.Count, Channels * positions.Count);
            int[] channels = [.. Enumerable.Range(0, rowCount).Select(r => r * 2 % Channels)];
            (double[] squares, double[] dots) = (new double[rowCount], new double[rowCount]);

            IntegerProduct.AccumulateStatistics(
                kernel, TestBytes.Quads(a, positions, rowLength, padding: 99), zeroPoint, new SignedRows(rows, rowLength), channels, target, squares, dots);

            int[,] accumulators = TestBytes.Accumulators(a, positions.Count, zeroPoint, rows);
            for (int r = 0; r < rowCount; r++)
            {
                (long square, double dot) = Definition(accumulators, r, positions, target.AsSpan(channels[r] * positions.Count, positions.Count));
                Assert.Equal(square, squares[r]);
                Assert.Equal(dot, dots[r]);
            }
        }
    }

    private static IEnumerable<(PositionRuns Positions, int RowLength, int RowCount, int ZeroPoint)> Cases() =>
    [
        (PositionRuns.Contiguous(1), 1, 1, 0),
        (PositionRuns.Contiguous(15), 9, 7, 128),
        (PositionRuns.Contiguous(16), 27, 6, 0),
        (PositionRuns.Contiguous(49), 64, 13, 128),
        (PositionRuns.Contiguous(600), 20, 8, 3),
        (PositionRuns.Contiguous(1100), 4, 1, 128),
        (new PositionRuns(Enumerable.Range(0, 13).Select(y => (y * 15, 13))), 36, 5, 128),
        (new PositionRuns(Enumerable.Range(0, 5).Select(y => (3 + y * 400, 333))), 12, 25, 0),
    ];

    [Fact]
    public void AddUp_OverCalls()
    {
        byte[] a = TestBytes.Unsigned(1, 20 * 8);
        SignedRows rows = new(TestBytes.Rows(2, 3, 8), 8);
        float[] target = TestBytes.Reals(3, 20);
        (double[] once, double[] twice) = (new double[3], new double[3]);
        double[] dots = new double[3];

        IntegerProduct.AccumulateStatistics(IntegerProductKernels.Best, TestBytes.Quads(a, PositionRuns.Contiguous(20), 8), 128, rows, new int[3], target, once, dots);
        double[] firstDots = [.. dots];
        once.CopyTo(twice, 0);
        IntegerProduct.AccumulateStatistics(IntegerProductKernels.Best, TestBytes.Quads(a, PositionRuns.Contiguous(20), 8), 128, rows, new int[3], target, twice, dots);

        Assert.Equal(once.Select(s => 2 * s), twice);
        Assert.Equal(firstDots.Select(d => 2 * d), dots);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Refuse_AChannelThatTheTargetDoesNotHave(int channel)
    {
        SignedRows rows = new(TestBytes.Rows(2, 1, 8), 8);

        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => IntegerProduct.AccumulateStatistics(
            IntegerProductKernels.Best, TestBytes.Quads(new byte[20 * 8], PositionRuns.Contiguous(20), 8), 0, rows, [channel], new float[2 * 20], new double[1], new double[1]));

        Assert.Contains($"channel {channel}", error.Message, StringComparison.Ordinal);
    }

    // Sixteen sums in double precision, one for every place in a run modulo 16, then halves added to halves. This order is
    // part of the definition: it does not depend on the instruction set. Squares are integers and come out exact in any order.
    private static (long Square, double Dot) Definition(int[,] accumulators, int row, PositionRuns positions, ReadOnlySpan<float> target)
    {
        long square = 0;
        double[] sums = new double[16];
        foreach (PositionRuns.Run run in positions.Runs)
        {
            for (int i = 0; i < run.Length; i++)
            {
                long accumulator = accumulators[row, run.Index + i];
                square += accumulator * accumulator;
                sums[i % 16] = Math.FusedMultiplyAdd(accumulator, target[run.Index + i], sums[i % 16]);
            }
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
