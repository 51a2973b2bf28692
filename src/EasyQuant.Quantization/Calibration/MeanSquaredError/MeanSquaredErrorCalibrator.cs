using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration.MeanSquaredError;

/// <summary>
/// The t that minimises <c>E[(Q(x) − x)²]</c> over the histogram, each bin standing at its centre, among
/// <see cref="Candidates"/> thresholds <c>i · max / Candidates</c>.
/// </summary>
public sealed class MeanSquaredErrorCalibrator : ICalibrator
{
    /// <summary>How many thresholds are tried.</summary>
    public int Candidates { get; init; } = 256;

    /// <inheritdoc/>
    public string Name => "mse";

    /// <inheritdoc/>
    public int HistogramBins => 2048;

    /// <inheritdoc/>
    public double ChooseThreshold(float magnitude, MagnitudeHistogram? histogram, IntegerRange range)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        (double best, double least) = (magnitude, double.PositiveInfinity);
        for (int candidate = 1; candidate <= Candidates; candidate++)
        {
            double threshold = (double)magnitude * candidate / Candidates;
            double error = ExpectedError(histogram, threshold / range.Largest, range.Largest);
            if (error <= least)
            {
                (best, least) = (threshold, error);
            }
        }

        return best;
    }

    private static double ExpectedError(MagnitudeHistogram histogram, double step, int maximum)
    {
        double sum = 0;
        ReadOnlySpan<long> counts = histogram.Counts;
        for (int bin = 0; bin < counts.Length; bin++)
        {
            if (counts[bin] > 0)
            {
                double x = (bin + 0.5) * histogram.BinWidth;
                double error = Math.Min(Math.Round(x / step), maximum) * step - x;
                sum += counts[bin] * error * error;
            }
        }

        return sum;
    }
}
