namespace EasyQuant.Quantization.Statistics;

/// <summary>
/// Counts of elements in equal bins over [<see cref="Minimum"/>, <see cref="Maximum"/>], for people to look at: bin i holds
/// <c>Minimum + i·w ≤ x &lt; Minimum + (i+1)·w</c>, the last bin its upper end too.
/// </summary>
/// <remarks>Counts are integers, so merging the histograms of several threads gives the same numbers in any order.</remarks>
public sealed class ValueHistogram
{
    private readonly long[] _counts;

    /// <summary>An empty histogram; a range of one point gets a width of 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No bin, or a range that is empty or not finite.</exception>
    public ValueHistogram(int bins, ValueRange range)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (!(range.IsFinite && range.Minimum <= range.Maximum))
        {
            throw new ArgumentOutOfRangeException(nameof(range), range, "A histogram needs a finite range.");
        }

        _counts = new long[bins];
        Minimum = range.Minimum;
        Maximum = range.Maximum > range.Minimum ? range.Maximum : range.Minimum + 1;
    }

    /// <summary>The lower end; what is below falls into the first bin.</summary>
    public double Minimum { get; }

    /// <summary>The upper end; what is above falls into the last bin.</summary>
    public double Maximum { get; }

    /// <summary>How many elements fell into each bin.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>A histogram of these elements over their own range.</summary>
    public static ValueHistogram Of(ReadOnlySpan<float> elements, int bins)
    {
        ValueHistogram histogram = new(bins, elements.IsEmpty ? new ValueRange(0, 0) : ValueRange.Of(elements));
        histogram.Add(elements);
        return histogram;
    }

    /// <summary>Adds elements; those that are not numbers are left out.</summary>
    public void Add(ReadOnlySpan<float> elements)
    {
        double binsPerUnit = _counts.Length / (Maximum - Minimum);
        int last = _counts.Length - 1;
        foreach (float element in elements)
        {
            if (!float.IsNaN(element))
            {
                _counts[(int)Math.Clamp((element - Minimum) * binsPerUnit, 0, last)]++;
            }
        }
    }

    /// <summary>Adds another histogram's counts.</summary>
    /// <exception cref="ArgumentException">The other has other bins.</exception>
    public void Merge(ValueHistogram other)
    {
        if (other._counts.Length != _counts.Length || other.Minimum != Minimum || other.Maximum != Maximum)
        {
            throw new ArgumentException("Only histograms over the same bins can be merged.", nameof(other));
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>Writes the counts.</summary>
    internal void Write(BinaryWriter writer)
    {
        foreach (long count in _counts)
        {
            writer.Write7BitEncodedInt64(count);
        }
    }

    /// <summary>Replaces the counts by those that were written.</summary>
    internal void Read(BinaryReader reader)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] = reader.Read7BitEncodedInt64();
        }
    }
}
