using EasyQuant.Quantization.Calibration;
using EasyQuant.Quantization.Calibration.Entropy;
using EasyQuant.Quantization.Calibration.MeanSquaredError;
using EasyQuant.Quantization.Calibration.MinMax;
using EasyQuant.Quantization.Calibration.Percentile;
using EasyQuant.Quantization.Statistics;
using Xunit;

namespace EasyQuant.Quantization.Tests.Calibration;

public sealed class CalibratorTests
{
    private static readonly IntegerRange Signed8 = new(8, signed: true);

    [Fact]
    public void MinMax_ClipsNothing() => Assert.Equal(3.5, new MinMaxCalibrator().ChooseThreshold(3.5f, null, Signed8));

    [Fact]
    public void Percentile_LeavesTheStatedShareInside()
    {
        float[] elements = [.. Enumerable.Range(1, 10_000).Select(i => i / 10_000f)];
        MagnitudeHistogram histogram = HistogramOf(elements, 8192);
        double threshold = new PercentileCalibrator { Percentile = 99 }.ChooseThreshold(1, histogram, Signed8);
        Assert.InRange(threshold, 0.99, 0.99 + 2 * histogram.BinWidth);
    }

    [Fact]
    public void EntropyAndMse_CutOffALonelyOutlier()
    {
        Random random = new(7);
        float[] elements = [.. Enumerable.Range(0, 100_000).Select(_ => (float)(random.NextDouble() + random.NextDouble() - 1)), 50f];
        MagnitudeHistogram histogram = HistogramOf(elements, 2048);
        foreach (ICalibrator calibrator in (ICalibrator[])[new EntropyCalibrator(), new MeanSquaredErrorCalibrator()])
        {
            Assert.InRange(calibrator.ChooseThreshold(50, histogram, new IntegerRange(4, signed: true)), 0.2, 10);
        }
    }

    [Fact]
    public void Histograms_MergeToTheSameCountsInAnyOrder()
    {
        float[] elements = [.. Enumerable.Range(-500, 1001).Select(i => i * 0.01f)];
        MagnitudeHistogram whole = HistogramOf(elements, 64);
        MagnitudeHistogram parts = new(64, whole.Maximum);
        foreach (float[] chunk in elements.Chunk(97).Reverse())
        {
            MagnitudeHistogram part = new(64, whole.Maximum);
            part.Add(chunk);
            parts.Merge(part);
        }

        Assert.Equal(whole.Counts.ToArray(), parts.Counts.ToArray());
        Assert.Equal(1, parts.Zeros);
    }

    private static MagnitudeHistogram HistogramOf(float[] elements, int bins)
    {
        MagnitudeHistogram histogram = new(bins, elements.Max(MathF.Abs));
        histogram.Add(elements);
        return histogram;
    }
}
