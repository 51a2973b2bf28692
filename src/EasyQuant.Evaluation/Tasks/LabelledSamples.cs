using EasyQuant.Data;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>Samples whose labels are the truth.</summary>
/// <param name="samples">The samples.</param>
/// <param name="complaint">What is said of a sample, by its name, that has no label.</param>
internal sealed class LabelledSamples(ISampleSource samples, Func<string, string> complaint) : ITruthSource<int>
{
    public int Count => samples.Count;

    public SampleWithTruth<int> Read(int index)
    {
        Sample sample = samples.Read(index);
        return new(sample, sample.Label ?? throw new InvalidSampleException(complaint(sample.Name)));
    }

    public string NameOf(int index) => samples.NameOf(index);
}
