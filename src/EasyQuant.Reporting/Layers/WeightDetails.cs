using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Tracing;

namespace EasyQuant.Reporting.Layers;

/// <summary>The weights of a layer: their distribution, the clipping thresholds of its channels, and how their steps were found.</summary>
/// <param name="Channels">How many output channels there are.</param>
/// <param name="Values">The float weights.</param>
/// <param name="SmallestThreshold">Where the channel of the smallest step clips.</param>
/// <param name="LargestThreshold">Where the channel of the largest step clips.</param>
/// <param name="Searches">One summary for each round.</param>
public sealed record WeightDetails(int Channels, Histogram Values, double SmallestThreshold, double LargestThreshold, IReadOnlyList<ChannelSearch> Searches)
{
    internal static WeightDetails Of(WeightTrace weights, QuantizationTrace trace) => new(
        weights.Scales.Count, Histogram.Of(weights.Values), (double)weights.Scales.Min() * weights.Grid.Maximum, (double)weights.Scales.Max() * weights.Grid.Maximum,
        [.. trace.WeightSearches.Where(s => s.Layer == weights.Layer).Select(ChannelSearch.Of)]);
}

/// <summary>The searches of all channels of a layer: quantiles of their losses at common ratios of the step to the start step.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Ratios">The ratios.</param>
/// <param name="Lower">A tenth of the channels lose less.</param>
/// <param name="Median">Half of the channels lose less.</param>
/// <param name="Upper">A tenth of the channels lose more.</param>
/// <param name="Chosen">The ratios that were chosen.</param>
public sealed record ChannelSearch(
    int Round, IReadOnlyList<double> Ratios, IReadOnlyList<double> Lower, IReadOnlyList<double> Median, IReadOnlyList<double> Upper, Histogram Chosen)
{
    private const int ChosenBins = 32;

    internal static ChannelSearch Of(WeightSearch search) => new(
        search.Round,
        [.. search.Points.Select(p => p.Ratio)],
        [.. search.Points.Select(p => p.Lower)],
        [.. search.Points.Select(p => p.Median)],
        [.. search.Points.Select(p => p.Upper)],
        Histogram.Of(search.ChosenRatios, ChosenBins));
}
