using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Calibration.Entropy;

/// <summary>
/// The t that minimises the Kullback-Leibler divergence <c>Σ P log(P / Q)</c> between the clipped distribution of
/// magnitudes and its quantized form: the method of TensorRT (S. Migacz, "8-bit Inference with TensorRT", GTC 2017).
/// </summary>
/// <remarks>
/// <para>For each i from the number of levels to the number of bins: P is the first i bins with everything beyond added to the
/// last of them; Q merges these i bins, without what lies beyond, into as many groups as the grid has levels above zero
/// (<c>qmax + 1</c>: 128 for signed 8 bits) and spreads each group's count evenly over its bins that are not empty. Zeros
/// are left out, as every grid holds them exactly. Where P has elements in a bin that Q leaves empty the divergence is
/// infinite; of equal divergences the largest i is taken.</para>
/// <para>The published method fails on tensors with a spike, such as pictures with a plain background: the spike in the last
/// bin swallows whatever lies beyond it, P and Q differ little, and a third of the elements is clipped. Hence
/// <see cref="LargestClippedShare"/>, which the method does not have; tensors without a spike stay far below it.</para>
/// </remarks>
public sealed class EntropyCalibrator : ICalibrator
{
    /// <summary>
    /// Thresholds that clip a larger share of the elements other than zero are not considered. 1 is the published method.
    /// </summary>
    public double LargestClippedShare { get; init; } = 0.01;

    /// <inheritdoc/>
    public string Name => "kl";

    /// <inheritdoc/>
    public int HistogramBins => 2048;

    /// <inheritdoc/>
    public double ChooseThreshold(float magnitude, MagnitudeHistogram? histogram, IntegerRange range)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ReadOnlySpan<long> counts = histogram.Counts;
        int levels = range.Largest + 1;
        long total = Sum(counts);
        long beyond = total - Sum(counts[..levels]);
        (int best, double least) = (counts.Length, double.PositiveInfinity);
        for (int end = levels; end <= counts.Length; end++)
        {
            double divergence = beyond > LargestClippedShare * total ? double.PositiveInfinity : Divergence(counts[..end], beyond, levels);
            if (divergence <= least)
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
        long kept = Sum(bins);
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
                    divergence += p * Math.Log(p / (bins[bin] > 0 ? q : 0));
                }
            }
        }

        return divergence;
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long sum = 0;
        foreach (long count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
