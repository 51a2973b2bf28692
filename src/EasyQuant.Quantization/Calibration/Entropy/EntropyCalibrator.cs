using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration.Entropy;

/// <summary>
/// The t that minimises the Kullback-Leibler divergence <c>Σ P log(P / Q)</c> between the clipped distribution of
/// magnitudes and its quantized form: the method of TensorRT (S. Migacz, "8-bit Inference with TensorRT", GTC 2017).
/// </summary>
/// <remarks>
/// For each i from the number of levels to the number of bins: P is the first i bins with everything beyond added to the
/// last of them; Q merges these i bins, without what lies beyond, into as many groups as the grid has levels above zero
/// (<c>qmax + 1</c>: 128 for signed 8 bits) and spreads each group's count evenly over its bins that are not empty. Zeros
/// are left out, as every grid holds them exactly. Bins with P above and Q at zero are given a small probability.
/// </remarks>
public sealed class EntropyCalibrator : ICalibrator
{
    // The probability that stands in for an empty bin of Q: small beside one element in a large tensor.
    private const double Smoothing = 1e-4;

    /// <inheritdoc/>
    public string Name => "kl";

    /// <inheritdoc/>
    public int HistogramBins => 2048;

    /// <inheritdoc/>
    public double ChooseThreshold(float magnitude, MagnitudeHistogram? histogram, IntegerRange range)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ReadOnlySpan<long> counts = histogram.Counts;
        int levels = range.Maximum + 1;
        long beyond = 0;
        foreach (long count in counts)
        {
            beyond += count;
        }

        for (int bin = 0; bin < Math.Min(levels, counts.Length); bin++)
        {
            beyond -= counts[bin];
        }

        (int best, double least) = (counts.Length, double.PositiveInfinity);
        for (int end = levels; end <= counts.Length; end++)
        {
            double divergence = Divergence(counts[..end], beyond, levels);
            if (divergence < least)
            {
                (best, least) = (end, divergence);
            }

            beyond -= end < counts.Length ? counts[end] : 0;
        }

        return best * histogram.BinWidth;
    }

    /// <summary><c>Σ P log(P / Q)</c> of these bins, the last of which stands for <paramref name="beyond"/> more elements.</summary>
    internal static double Divergence(ReadOnlySpan<long> bins, long beyond, int levels)
    {
        long kept = 0;
        foreach (long count in bins)
        {
            kept += count;
        }

        double divergence = 0;
        double totalP = kept + beyond;
        for (int level = 0; level < levels; level++)
        {
            int start = (int)((long)level * bins.Length / levels);
            int end = (int)((long)(level + 1) * bins.Length / levels);
            long sum = 0;
            int filled = 0;
            for (int bin = start; bin < end; bin++)
            {
                sum += bins[bin];
                filled += bins[bin] > 0 ? 1 : 0;
            }

            double q = filled == 0 ? 0 : (double)sum / filled / kept;
            for (int bin = start; bin < end; bin++)
            {
                double p = (bins[bin] + (bin == bins.Length - 1 ? beyond : 0)) / totalP;
                if (p > 0)
                {
                    divergence += p * Math.Log(p / (bins[bin] > 0 ? q : Smoothing));
                }
            }
        }

        return divergence;
    }
}
