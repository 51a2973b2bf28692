using EasyQuant.Quantization.Calibration;
using EasyQuant.Quantization.Calibration.MinMax;
using EasyQuant.Quantization.Calibration.Percentile;
using EasyQuant.Quantization.Statistics;
using Xunit;

namespace EasyQuant.Quantization.Tests.Calibration;

public sealed class StartGridTests
{
    private static readonly IntegerRange Signed8 = new(8, signed: true);

    [Fact]
    public void AnAsymmetricGrid_SpendsAllItsIntegersOnTheRange()
    {
        StartGrid grid = Choose(Signed8, new ValueRange(-0.28f, 9.92f), ActivationGrid.Asymmetric);

        Assert.Equal(10.2f / 255, grid.Scale, 1e-6f);
        Assert.Equal((-7, 248), (grid.Range.Minimum, grid.Range.Maximum));
        Assert.Equal(-0.28, grid.Ends.Low, 1e-5);
        Assert.Equal(9.92, grid.Ends.High, 1e-5);
    }

    [Theory]
    [InlineData(-0.28f, 9f, false)]
    [InlineData(-9f, 0.28f, false)]
    [InlineData(-4.4f, 9f, false)]
    [InlineData(-4.6f, 9f, true)]
    [InlineData(-9f, 9f, true)]
    public void Auto_IsAsymmetricWhereOneSideReachesLessThanHalfAsFar(float low, float high, bool isSymmetric)
    {
        ValueRange seen = new(low, high);

        Assert.Equal(isSymmetric, Choose(Signed8, seen, ActivationGrid.Auto).Range.IsSymmetric);
        Assert.True(Choose(Signed8, seen, ActivationGrid.Symmetric).Range.IsSymmetric);
        Assert.False(Choose(Signed8, seen, ActivationGrid.Asymmetric).Range.IsSymmetric);
    }

    [Fact]
    public void TensorsThatAreNeverNegative_KeepTheirUnsignedGrid()
    {
        IntegerRange unsigned = new(7, signed: false);
        foreach (ActivationGrid wish in Enum.GetValues<ActivationGrid>())
        {
            Assert.Equal(unsigned, Choose(unsigned, new ValueRange(0, 6), wish).Range);
        }
    }

    [Theory]
    [InlineData(2f, 9f)]
    [InlineData(-9f, -2f)]
    [InlineData(0f, 0f)]
    [InlineData(-1e-40f, 1e-42f)]
    public void EveryRange_GetsAGridThatHoldsZero(float low, float high)
    {
        StartGrid grid = Choose(Signed8, new ValueRange(low, high), ActivationGrid.Asymmetric);

        Assert.True(grid.Scale >= 1.17549435e-38f);
        Assert.InRange(0, grid.Range.Minimum, grid.Range.Maximum);
    }

    [Fact]
    public void AThreshold_ClipsTheFarSideAndLeavesTheOther()
    {
        MagnitudeHistogram histogram = new(8192, 100);
        histogram.Add([.. Enumerable.Range(0, 10_000).Select(i => i / 1_000f), .. Enumerable.Repeat(-0.28f, 10_000), 100f]);

        StartGrid grid = StartGrid.Choose(Signed8, new ValueRange(-0.28f, 100), new PercentileCalibrator { Percentile = 99.9 }, histogram, ActivationGrid.Auto);

        Assert.InRange(grid.Ends.High, 9.9, 10.1);
        Assert.InRange(grid.Ends.Low, -0.3, -0.26);
    }

    private static StartGrid Choose(IntegerRange planned, ValueRange seen, ActivationGrid wish) => StartGrid.Choose(planned, seen, new MinMaxCalibrator(), null, wish);
}
