using EasyQuant.Kernels.IntegerProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

public sealed class GramMatrixTests
{
    // One rounding of double precision for each of the few hundred additions, relative to the sum of magnitudes.
    private const double Rounding = 1e-13;

    public static TheoryData<string> Isas => KernelUnderTest.Isas;

    [Theory]
    [MemberData(nameof(Isas))]
    public void Entries_AreExact(string isa)
    {
        IntegerProductKernel kernel = KernelUnderTest.Of(isa);
        foreach ((int rowLength, int positions, int zeroPoint) in new[] { (1, 1, 0), (9, 50, 128), (17, 16, 0), (27, 121, 255) })
        {
            byte[] planes = TestBytes.Unsigned(rowLength, rowLength * positions);

            GramMatrix gram = GramMatrix.Of(kernel, planes, rowLength, positions, zeroPoint);

            for (int k = 0; k < rowLength; k++)
            {
                for (int l = 0; l < rowLength; l++)
                {
                    Assert.Equal(Entry(planes, positions, zeroPoint, k, l), gram[k, l]);
                }
            }
        }
    }

    [Fact]
    public void Entries_AreExact_ForTheMostPositions()
    {
        const int Positions = GramMatrix.MostPositions;
        byte[] planes = new byte[2 * Positions];
        planes.AsSpan(0, Positions).Fill(255);

        GramMatrix gram = GramMatrix.Of(IntegerProductKernels.Best, planes, 2, Positions, 0);

        Assert.Equal(255.0 * 255 * Positions, gram[0, 0]);
        Assert.Equal(0, gram[0, 1]);
        Assert.Equal(0, gram[1, 0]);
        Assert.Equal(0, gram[1, 1]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 4)]
    [InlineData(30, 7)]
    public void QuadraticForms_AreTheSquares_ThatTheProductsGive(int rowLength, int rowCount)
    {
        const int Positions = 40;
        const int ZeroPoint = 128;
        byte[] planes = TestBytes.Unsigned(6, rowLength * Positions);
        sbyte[][] rows = TestBytes.Rows(7, rowCount, rowLength);
        double[] squares = new double[rowCount];

        GramMatrix.Of(IntegerProductKernels.Best, planes, rowLength, Positions, ZeroPoint)
            .QuadraticForms([.. rows.SelectMany(r => r).Select(w => (double)w)], squares);

        // Below 2^53 every step is an integer that double precision holds.
        byte[] a = [.. Enumerable.Range(0, Positions * rowLength).Select(i => planes[i % rowLength * Positions + i / rowLength])];
        int[,] accumulators = TestBytes.Accumulators(a, Positions, ZeroPoint, rows);
        Assert.Equal(
            Enumerable.Range(0, rowCount).Select(r => Enumerable.Range(0, Positions).Sum(p => (double)accumulators[r, p] * accumulators[r, p])), squares);
    }

    [Theory]
    [InlineData(3, 15)]
    [InlineData(5, 16)]
    [InlineData(4, 333)]
    public void Project_GivesTheInnerProducts(int rowLength, int positions)
    {
        const int ZeroPoint = 128;
        byte[] planes = TestBytes.Unsigned(8, rowLength * positions);
        float[] target = TestBytes.Reals(9, positions);
        double[] products = new double[rowLength];

        GramMatrix.Project(planes, rowLength, positions, ZeroPoint, target, products);

        for (int k = 0; k < rowLength; k++)
        {
            double expected = Enumerable.Range(0, positions).Sum(p => (planes[k * positions + p] - ZeroPoint) * (double)target[p]);
            double magnitude = Enumerable.Range(0, positions).Sum(p => 255.0 * Math.Abs(target[p]));
            Assert.Equal(expected, products[k], Rounding * magnitude);
        }
    }

    [Fact]
    public void Refuses_PlanesThatAreTooShort() => Assert.Throws<ArgumentException>(
        () => GramMatrix.Of(IntegerProductKernels.Best, new byte[19], 2, 10, 0));

    private static long Entry(byte[] planes, int positions, int zeroPoint, int k, int l)
    {
        long sum = 0;
        for (int p = 0; p < positions; p++)
        {
            sum += (planes[k * positions + p] - zeroPoint) * (planes[l * positions + p] - zeroPoint);
        }

        return sum;
    }
}
