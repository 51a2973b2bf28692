using EasyQuant.Data;
using EasyQuant.Data.Sources;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Integer;

/// <summary>Seeded random inputs in ±1, of the shape that the model declares; extents it leaves open are 1.</summary>
internal sealed class NoiseSamples(Model model, int count) : ISampleSource
{
    private readonly IReadOnlyList<SampleInput> _inputs = SampleInput.Of(model);

    public int Count => count;

    public Sample Read(int index)
    {
        Random random = new(index);
        return new Sample($"noise {index}", _inputs.ToDictionary(i => i.Name, i => Noise(i, random)));
    }

    private static Tensor Noise(SampleInput input, Random random)
    {
        Shape shape = new([.. input.Shape!.Dimensions.Select(d => d.Value ?? 1)]);
        float[] elements = new float[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = 2 * random.NextSingle() - 1;
        }

        return Tensor.From(elements, shape);
    }
}
