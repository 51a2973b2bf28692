using EasyQuant.Evaluation.Metrics;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Metrics;

public sealed class ClassificationMetricsTests
{
    [Fact]
    public void Of_CountsPercentagesOfLabelledSamples()
    {
        float[] reference = [0, 1, 2, 3, 4, 5];
        ClassificationMetrics metrics = ClassificationMetrics.Of(
        [
            SampleScore.Of(reference, reference, label: 5),          // first
            SampleScore.Of(reference, reference, label: 1),          // fifth
            SampleScore.Of(reference, reference, label: 0),          // sixth
            SampleScore.Of(reference, [9, 1, 2, 3, 4, 5], label: 0), // first, but not the reference's class
            SampleScore.Of(reference, reference, label: null),
        ]);

        Assert.Equal(5, metrics.Samples);
        Assert.Equal(50, metrics.Top1);
        Assert.Equal(75, metrics.Top5);
        Assert.Equal(80, metrics.Agreement);
        Assert.Equal(81, metrics.Error.Noise);
    }

    [Fact]
    public void WithoutLabels_ThereIsNoAccuracy()
    {
        ClassificationMetrics metrics = ClassificationMetrics.Of([SampleScore.Of([1, 2], [1, 2], label: null)]);

        Assert.Null(metrics.Top1);
        Assert.Null(metrics.Top5);
        Assert.Equal(100, metrics.Agreement);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void LabelsThatAreNoClass_AreRefused(int label) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleScore.Of([1, 2], [1, 2], label));
}
