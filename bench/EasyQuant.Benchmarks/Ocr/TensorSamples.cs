using EasyQuant.Data;
using EasyQuant.Tensors;
using EasyQuant.TextReading;

namespace EasyQuant.Benchmarks.Ocr;

/// <summary>Inputs of a text network as samples to calibrate on; lines of text differ in width.</summary>
internal sealed class TensorSamples(IReadOnlyList<Tensor> inputs) : ISampleSource
{
    public int Count => inputs.Count;

    public Sample Read(int index) => new($"sample {index}", new Dictionary<string, Tensor> { [NetworkInputs.Name] = inputs[index] });
}
