using EasyQuant.Data;
using EasyQuant.Quantization.Statistics;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Calibration;

public sealed class ClippingWarningTests
{
    private const int Samples = 40;

    private const int Elements = 3 * 16 * 16;

    // Of a tail by a power: one element in a thousand is larger than 30, and those hold a fifth of the power.
    private static readonly float[] s_rareLargeElements = Draw();

    [Theory]
    [InlineData(0.5)]
    [InlineData(10)]
    [InlineData(41)]
    [InlineData(49.9)]
    public void ClippedPower_IsThatOfTheElements(double threshold)
    {
        const int bins = 2048;
        float maximum = s_rareLargeElements.Max(MathF.Abs);
        MagnitudeHistogram histogram = new(bins, maximum);
        histogram.Add(s_rareLargeElements);

        double all = s_rareLargeElements.Sum(x => (double)x * x);
        double lost = s_rareLargeElements.Sum(x => Math.Pow(Math.Max(Math.Abs(x) - threshold, 0), 2)) / all;

        // An element is up to half a bin from the middle of its own: at most maximum · w · n / Σ x² of the power.
        double tolerance = (double)maximum * maximum / bins * s_rareLargeElements.Count(x => Math.Abs(x) > threshold - 1) / all + 1e-3;
        Assert.Equal(lost, histogram.ClippedPower(threshold), tolerance);
    }

    [Fact]
    public void KlOnRareLargeElements_SaysWhatItClips_AndOtherMethodsHaveNothingToSay()
    {
        string clipped = Assert.Single(Warnings(QuantizationMethod.Kl));
        Assert.Contains("clips much of", clipped, StringComparison.Ordinal);
        Assert.Contains("'image'", clipped, StringComparison.Ordinal);
        Assert.Contains("eq, mse, minmax", clipped, StringComparison.Ordinal);

        Assert.Empty(Warnings(QuantizationMethod.MeanSquaredError));
        Assert.Empty(Warnings(QuantizationMethod.MinMax));
        Assert.Empty(PostTrainingQuantizer.Run(SmallNetwork.Create(), SmallNetwork.Samples(4), new QuantizationOptions { Method = QuantizationMethod.Kl }).Warnings);
    }

    private static float[] Draw()
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, Samples * Elements).Select(_ => MathF.CopySign(MathF.Min(MathF.Pow(random.NextSingle() + 1e-6f, -0.5f), 50), random.NextSingle() - 0.5f))];
    }

    private static IReadOnlyList<string> Warnings(QuantizationMethod method) =>
        PostTrainingQuantizer.Run(SmallNetwork.Create(), new RareLargeElements(), new QuantizationOptions { Method = method }).Warnings;

    private sealed class RareLargeElements : ISampleSource
    {
        public int Count => Samples;

        public Sample Read(int index) =>
            new($"sample {index}", new Dictionary<string, Tensor> { ["image"] = Tensor.From(s_rareLargeElements[(index * Elements)..((index + 1) * Elements)], [1, 3, 16, 16]) });
    }
}
