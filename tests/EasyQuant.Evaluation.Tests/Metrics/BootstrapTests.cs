using EasyQuant.Evaluation.Metrics;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics;

public sealed class BootstrapTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void TheIntervalOfAProportion_IsThatOfTheBinomialDistribution(double proportion)
    {
        const int count = 400;
        bool[] hits = [.. Enumerable.Range(0, count).Select(i => i < proportion * count)];

        Interval interval = Bootstrap.IntervalOf(new Bootstrap(4000).Replicate(count, draw => [draw.Count(i => hits[i]) / (double)count]), 0);

        double halfWidth = 1.96 * Math.Sqrt(proportion * (1 - proportion) / count);
        Assert.Equal(proportion - halfWidth, interval.Low, 0.1 * halfWidth);
        Assert.Equal(proportion + halfWidth, interval.High, 0.1 * halfWidth);
    }

    [Fact]
    public void TheSameSeed_DrawsTheSame_ForEveryModel()
    {
        double[] own = [.. Enumerable.Range(0, 50).Select(i => (double)(i * i % 17))];

        double[][] reference = new Bootstrap(200, seed: 4).Replicate(own.Length, draw => [draw.Average(i => own[i])]);
        double[][] shifted = new Bootstrap(200, seed: 4).Replicate(own.Length, draw => [draw.Average(i => own[i] + 3)]);
        double[][] otherSeed = new Bootstrap(200, seed: 5).Replicate(own.Length, draw => [draw.Average(i => own[i])]);

        Interval difference = Bootstrap.IntervalOfDifference(shifted, reference, 0);
        Assert.Equal(3, difference.Low, 1e-9);
        Assert.Equal(3, difference.High, 1e-9);
        Assert.NotEqual(reference.Select(r => r[0]), otherSeed.Select(r => r[0]));
    }

    [Fact]
    public void EveryDraw_HasAsManySamples_EachEquallyOften()
    {
        int[] counts = new int[7];
        Lock gate = new();
        new Bootstrap(2000).Replicate(7, draw =>
        {
            lock (gate)
            {
                Array.ForEach(draw, i => counts[i]++);
            }

            return [draw.Length];
        });

        Assert.Equal(14000, counts.Sum());
        Assert.All(counts, c => Assert.InRange(c, 1850, 2150));
    }

    [Fact]
    public void TheMiddle_InterpolatesQuantiles_AndLeavesOutWhatIsNoNumber()
    {
        Interval middle = Interval.Middle(Enumerable.Range(0, 11).Select(i => (double)i).Append(double.NaN), 0.9);
        Assert.Equal(0.5, middle.Low, 1e-12);
        Assert.Equal(9.5, middle.High, 1e-12);
        Assert.Equal(new Interval(double.PositiveInfinity, double.PositiveInfinity), Interval.Middle([double.PositiveInfinity, double.PositiveInfinity], 0.95));
        Assert.True(double.IsNaN(Interval.Middle([double.NaN], 0.95).Low));
        Assert.Equal(0, Bootstrap.Difference(double.PositiveInfinity, double.PositiveInfinity));
    }
}
