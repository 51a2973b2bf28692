using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration.Percentile;

/// <summary>The smallest t with <c>P(|x| ≤ t) ≥ Percentile</c> over all elements, zeros included.</summary>
public sealed class PercentileCalibrator : ICalibrator
{
    /// <summary>The share of elements, in percent, that is not clipped.</summary>
    public double Percentile { get; init; } = 99.99;

    /// <inheritdoc/>
    public string Name => "percentile";

    /// <inheritdoc/>
    public int HistogramBins => 8192;

    /// <inheritdoc/>
    public double ChooseThreshold(float magnitude, MagnitudeHistogram? histogram, IntegerRange range)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        long total = histogram.Zeros;
        foreach (long count in histogram.Counts)
        {
            total += count;
        }

        double wanted = total * Percentile / 100;
        long seen = histogram.Zeros;
        for (int bin = 0; bin < histogram.Counts.Length; bin++)
        {
            seen += histogram.Counts[bin];
            if (seen >= wanted)
            {
                return (bin + 1) * histogram.BinWidth;
            }
        }

        return magnitude;
    }
}
