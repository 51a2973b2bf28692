using EasyQuant.Evaluation.Metrics;
using Xunit;

namespace EasyQuant.Evaluation.Tests;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void SamplesOnWhichBothAgree_Cancel()
    {
        bool[] right = [.. Enumerable.Range(0, 100).Select(i => i % 3 != 0)];
        PairedDifference same = PairedDifference.Of(right, right);
        Assert.Equal((0, 0), (same.Points, same.Margin));
    }

    [Fact]
    public void LostAndGainedSamples_GiveTheDifferenceAndItsInterval()
    {
        // Of 200: three lost, one gained.
        bool[] first = [.. Enumerable.Range(0, 200).Select(i => i < 103)];
        bool[] second = [.. Enumerable.Range(0, 200).Select(i => i is < 100 or 150)];
        PairedDifference difference = PairedDifference.Of(first, second);

        double mean = 2.0 / 200;
        double variance = (3 * Math.Pow(1 - mean, 2) + Math.Pow(-1 - mean, 2) + 196 * mean * mean) / 199;
        Assert.Equal(100 * mean, difference.Points, 12);
        Assert.Equal(196 * Math.Sqrt(variance / 200), difference.Margin, 3);
    }

    [Fact]
    public void UnequalCounts_AreRefused() => Assert.Throws<ArgumentException>(() => PairedDifference.Of([true], [true, false]));
}
