namespace EasyQuant.Data.Sources;

/// <summary>Some samples of another source.</summary>
public sealed class SubsetSource : ISampleSource
{
    private readonly ISampleSource _source;
    private readonly int[] _indices;

    /// <summary>The samples of these indices, in this order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The source has no such sample.</exception>
    public SubsetSource(ISampleSource source, IReadOnlyList<int> indices)
    {
        foreach (int index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, source.Count, nameof(indices));
        }

        _source = source;
        _indices = [.. indices];
    }

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <summary>Which samples of the source these are.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <summary>All the other samples of the source, in its order.</summary>
    public SubsetSource Others => new(_source, [.. Enumerable.Range(0, _source.Count).Except(_indices)]);

    /// <summary>
    /// <paramref name="count"/> samples drawn without replacement, each subset equally likely, in the order of the source; the
    /// whole source where it has no more. The same seed draws the same samples on every machine and in every version.
    /// </summary>
    public static SubsetSource Draw(ISampleSource source, int count, ulong seed) => new(source, DrawIndices(source.Count, count, seed));

    /// <summary>The indices of the samples that <see cref="Draw"/> takes from a source of <paramref name="total"/>.</summary>
    public static int[] DrawIndices(int total, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] indices = [.. Enumerable.Range(0, total)];
        int drawn = Math.Min(count, indices.Length);
        SplitMix64 random = new(seed);
        for (int i = 0; i < drawn; i++)
        {
            int other = i + random.Below(indices.Length - i);
            (indices[i], indices[other]) = (indices[other], indices[i]);
        }

        Array.Sort(indices, 0, drawn);
        return indices[..drawn];
    }

    /// <inheritdoc/>
    public Sample Read(int index) => _source.Read(_indices[index]);

    /// <inheritdoc/>
    public string NameOf(int index) => _source.NameOf(_indices[index]);
}
