using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Reporting.Layers;

/// <summary>Counts in equal bins.</summary>
/// <param name="Minimum">The lower end of the first bin.</param>
/// <param name="Maximum">The upper end of the last bin.</param>
/// <param name="Counts">How many elements each bin holds.</param>
public sealed record Histogram(double Minimum, double Maximum, IReadOnlyList<long> Counts)
{
    internal static Histogram Of(ValueHistogram values) => new(values.Minimum, values.Maximum, values.Counts.ToArray());

    /// <summary>Counts of numbers over their own range.</summary>
    internal static Histogram Of(IReadOnlyList<double> numbers, int bins) => Of(ValueHistogram.Of([.. numbers.Select(n => (float)n)], bins));
}
