using EasyQuant.Data;

namespace EasyQuant.Evaluation.Tests;

/// <summary>Samples that the test holds in memory.</summary>
internal sealed class MemorySamples(params Sample[] samples) : ISampleSource
{
    public int Count => samples.Length;

    public Sample Read(int index) => samples[index];
}
