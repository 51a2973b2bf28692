namespace EasyQuant.Data.Sources;

/// <summary>Some samples of another source, with their truths.</summary>
/// <param name="source">The source.</param>
/// <param name="indices">Which of its samples, in which order.</param>
public sealed class TruthSubset<T>(ITruthSource<T> source, IReadOnlyList<int> indices) : ITruthSource<T>
{
    /// <inheritdoc/>
    public int Count => indices.Count;

    /// <inheritdoc/>
    public SampleWithTruth<T> Read(int index) => source.Read(indices[index]);

    /// <inheritdoc/>
    public string NameOf(int index) => source.NameOf(indices[index]);
}
