using EasyQuant.Evaluation.Metrics;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics;

public sealed class TensorErrorTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Between_GivesHandComputedNumbers()
    {
        // x = (3, 4), y = (4, 3): x·y = 24, |x| = |y| = 5, difference (-1, 1).
        TensorError error = TensorError.Between([3, 4], [4, 3]);

        Assert.Equal(24.0 / 25, error.Cosine, Tolerance);
        Assert.Equal(25, error.Signal, Tolerance);
        Assert.Equal(2, error.Noise, Tolerance);
        Assert.Equal(10 * Math.Log10(12.5), error.SqnrDb, Tolerance);
    }

    [Fact]
    public void EqualTensors_HaveCosineOne_AndInfiniteSqnr()
    {
        TensorError error = TensorError.Between([0.1f, -7, 1e-20f], [0.1f, -7, 1e-20f]);

        Assert.Equal(1, error.Cosine);
        Assert.Equal(double.PositiveInfinity, error.SqnrDb);
    }

    [Theory]
    [InlineData(0f, 0f, 1.0)]
    [InlineData(0f, 2f, 0.0)]
    [InlineData(2f, 0f, 0.0)]
    [InlineData(2f, -1f, -1.0)]
    public void Cosine_IsDefined_ForZeros(float x, float y, double cosine) =>
        Assert.Equal(cosine, TensorError.Between([x], [y]).Cosine);

    [Fact]
    public void NaN_IsNotHidden() => Assert.True(double.IsNaN(TensorError.Between([1, 2], [1, float.NaN]).Cosine));

    [Fact]
    public void Pool_AveragesCosines_AndSumsPowers()
    {
        TensorError pooled = TensorError.Pool([new TensorError(1, 10, 0), new TensorError(0.5, 30, 4)]);

        Assert.Equal(new TensorError(0.75, 40, 4), pooled);
        Assert.Equal(10, pooled.SqnrDb, Tolerance);
    }

    [Fact]
    public void DifferentLengths_AreRefused() =>
        Assert.Throws<ArgumentException>(() => TensorError.Between([1, 2], [1]));
}
