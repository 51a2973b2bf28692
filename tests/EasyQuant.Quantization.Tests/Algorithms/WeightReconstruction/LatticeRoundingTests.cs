using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using Xunit;

namespace EasyQuant.Quantization.Tests.Algorithms.WeightReconstruction;

public sealed class LatticeRoundingTests
{
    private const int Largest = 7;
    private const double Step = 0.1;

    [Fact]
    public void Factor_SolvesItsSystem()
    {
        (double[][] matrix, double[] ideal) = Problem(seed: 1, size: 23);
        double[] right = [.. matrix.Select(row => row.Zip(ideal, (h, v) => h * v).Sum())];
        CholeskyFactor.Of(matrix).Solve(right);
        Assert.All(right.Zip(ideal), p => Assert.Equal(p.Second, p.First, 1e-9));
    }

    [Fact]
    public void Factor_RefusesWhatHasNone()
    {
        double[][] indefinite = [[1, 2], [2, 1]];
        Assert.Throws<ArgumentException>(() => CholeskyFactor.Of(indefinite));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void NearestPlane_ReportsTheErrorOfItsIntegers_AndBeatsRoundingEachAlone(int seed)
    {
        (double[][] matrix, double[] ideal) = Problem(seed, size: 40);
        double[] integers = new double[ideal.Length];
        double error = LatticeRounding.NearestPlane(CholeskyFactor.Of(matrix), ideal, Step, Largest, integers);

        Assert.All(integers, q => Assert.True(q == Math.Round(q) && Math.Abs(q) <= Largest));
        Assert.Equal(Error(matrix, ideal, integers), error, 1e-9);
        Assert.True(error < Error(matrix, ideal, [.. ideal.Select(v => Math.Clamp(Math.Round(v / Step), -Largest, Largest))]));
    }

    [Fact]
    public void Descent_EndsWhereNoSingleMoveHelps()
    {
        (double[][] matrix, double[] ideal) = Problem(seed: 5, size: 30);
        double[] integers = new double[ideal.Length];
        double fallen = LatticeRounding.Descend(matrix, ideal, Step, Largest, integers);
        double error = Error(matrix, ideal, integers);

        Assert.Equal(Error(matrix, ideal, new double[ideal.Length]) - error, fallen, 1e-9);
        for (int k = 0; k < integers.Length; k++)
        {
            foreach (double move in new[] { -1.0, 1.0 })
            {
                double[] moved = [.. integers];
                moved[k] = Math.Clamp(moved[k] + move, -Largest, Largest);
                Assert.True(Error(matrix, ideal, moved) >= error - 1e-12);
            }
        }
    }

    [Fact]
    public void NearestPlane_OnIndependentInputs_IsRounding()
    {
        double[] ideal = [0.31, -0.29, 0.96, -5];
        double[][] identity = [.. Enumerable.Range(0, 4).Select(i => Enumerable.Range(0, 4).Select(j => i == j ? 1.0 : 0).ToArray())];
        double[] integers = new double[4];
        LatticeRounding.NearestPlane(CholeskyFactor.Of(identity), ideal, Step, Largest, integers);
        Assert.Equal([3, -3, 7, -7], integers);
    }

    private static (double[][] Matrix, double[] Ideal) Problem(int seed, int size)
    {
        Random random = new(seed);
        double[][] samples = [.. Enumerable.Range(0, 2 * size).Select(_ => Sample(random, size))];
        double[][] matrix = [.. Enumerable.Range(0, size).Select(k => Enumerable.Range(0, size).Select(l => samples.Sum(s => s[k] * s[l]) + (k == l ? 1e-3 : 0)).ToArray())];
        return (matrix, [.. Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5)]);
    }

    // Neighbours resemble each other, as inputs of a layer do.
    private static double[] Sample(Random random, int size)
    {
        double[] sample = new double[size];
        double last = 0;
        for (int k = 0; k < size; k++)
        {
            sample[k] = last = 0.8 * last + random.NextDouble() - 0.5;
        }

        return sample;
    }

    private static double Error(double[][] matrix, double[] ideal, double[] integers)
    {
        double[] difference = [.. integers.Zip(ideal, (q, v) => q * Step - v)];
        return difference.Select((d, k) => d * matrix[k].Zip(difference, (h, e) => h * e).Sum()).Sum();
    }
}
