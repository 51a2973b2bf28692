using EasyQuant.Data;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>Samples that stay in memory once they have been read, for models that are measured one after the other.</summary>
internal sealed class KeptSamples<T> : ITruthSource<T>
{
    private const long BudgetBytes = 768L << 20;

    private readonly ITruthSource<T> _source;
    private readonly SampleWithTruth<T>?[] _samples;

    private KeptSamples(ITruthSource<T> source)
    {
        _source = source;
        _samples = new SampleWithTruth<T>?[source.Count];
    }

    public int Count => _samples.Length;

    /// <summary>The source, kept where its samples fit into the budget; all are taken to be as large as the first.</summary>
    public static ITruthSource<T> Of(ITruthSource<T> source) =>
        source.Count > 0 && source.Count * source.Read(0).Sample.Inputs.Values.Sum(t => (long)t.ByteLength) <= BudgetBytes ? new KeptSamples<T>(source) : source;

    public SampleWithTruth<T> Read(int index) => _samples[index] ??= _source.Read(index);

    public string NameOf(int index) => _source.NameOf(index);
}
