namespace EasyQuant.Quantization.Statistics;

/// <summary>
/// Counts of magnitudes in equal bins over [0, <see cref="Maximum"/>]: bin i holds <c>i·w ≤ |x| &lt; (i+1)·w</c> with
/// <c>w = Maximum / bins</c>. Zeros are counted apart.
/// </summary>
/// <remarks>Counts are integers, so merging the histograms of several threads gives the same numbers in any order.</remarks>
public sealed class MagnitudeHistogram
{
    private readonly long[] _counts;

    /// <summary>An empty histogram.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No bin, or a maximum that is not a positive number.</exception>
    public MagnitudeHistogram(int bins, float maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        _counts = new long[bins];
        Maximum = maximum;
    }

    /// <summary>The upper end; larger magnitudes fall into the last bin.</summary>
    public float Maximum { get; }

    /// <summary>The width of a bin.</summary>
    public double BinWidth => (double)Maximum / _counts.Length;

    /// <summary>How many elements other than zero fell into each bin.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>How many elements were zero.</summary>
    public long Zeros { get; private set; }

    /// <summary>Adds elements; those that are not numbers are left out.</summary>
    public void Add(ReadOnlySpan<float> elements)
    {
        float binsPerUnit = _counts.Length / Maximum;
        int last = _counts.Length - 1;
        long zeros = 0;
        foreach (float element in elements)
        {
            float magnitude = MathF.Abs(element);
            if (magnitude == 0)
            {
                zeros++;
            }
            else if (!float.IsNaN(magnitude))
            {
                _counts[(int)MathF.Min(magnitude * binsPerUnit, last)]++;
            }
        }

        Zeros += zeros;
    }

    /// <summary>Adds another histogram's counts.</summary>
    /// <exception cref="ArgumentException">The other has other bins.</exception>
    public void Merge(MagnitudeHistogram other)
    {
        if (other._counts.Length != _counts.Length || other.Maximum != Maximum)
        {
            throw new ArgumentException("Only histograms over the same bins can be merged.", nameof(other));
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Zeros += other.Zeros;
    }

    /// <summary>
    /// How much of the elements' power is lost where magnitudes end at <paramref name="threshold"/>:
    /// <c>Σ max(|x| − t, 0)² / Σ x²</c>, every element at the middle of its bin.
    /// </summary>
    internal double ClippedPower(double threshold)
    {
        double lost = 0, all = 0;
        for (int bin = 0; bin < _counts.Length; bin++)
        {
            double magnitude = (bin + 0.5) * BinWidth;
            double excess = Math.Max(magnitude - threshold, 0);
            lost += _counts[bin] * excess * excess;
            all += _counts[bin] * magnitude * magnitude;
        }

        return all == 0 ? 0 : lost / all;
    }

    /// <summary>Writes the counts.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64(Zeros);
        foreach (long count in _counts)
        {
            writer.Write7BitEncodedInt64(count);
        }
    }

    /// <summary>Replaces the counts by those that were written.</summary>
    internal void Read(BinaryReader reader)
    {
        Zeros = reader.Read7BitEncodedInt64();
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] = reader.Read7BitEncodedInt64();
        }
    }
}
