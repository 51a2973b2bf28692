using EasyQuant.Data;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation;

/// <summary>Samples laid one after the other along the first dimension, to be run at once.</summary>
/// <param name="Name">What messages call the batch.</param>
/// <param name="Inputs">A tensor for each input; its first dimension counts the samples.</param>
/// <param name="Labels">The class of each sample, where it is known.</param>
public sealed record SampleBatch(string Name, IReadOnlyDictionary<string, Tensor> Inputs, IReadOnlyList<int?> Labels)
{
    /// <summary>The number of samples.</summary>
    public int Count => Labels.Count;

    /// <summary>Reads <paramref name="count"/> samples from index <paramref name="start"/> on.</summary>
    /// <exception cref="InvalidSampleException">A sample cannot be read, or has another shape than the one before it.</exception>
    public static SampleBatch Read(ISampleSource source, int start, int count)
    {
        Sample first = source.Read(start);
        if (count == 1)
        {
            return new SampleBatch(first.Name, first.Inputs, [first.Label]);
        }

        Sample[] samples = [first, .. Enumerable.Range(start + 1, count - 1).Select(source.Read)];
        return new SampleBatch(
            $"{first.Name} ... {samples[^1].Name}",
            first.Inputs.Keys.ToDictionary(name => name, name => Concatenate(name, samples)),
            [.. samples.Select(s => s.Label)]);
    }

    /// <summary>The part of a batched output that belongs to one sample.</summary>
    public ReadOnlySpan<float> OutputOf(int sample, Tensor output)
    {
        int length = output.Count / Count;
        return output.AsSpan<float>().Slice(sample * length, length);
    }

    private static Tensor Concatenate(string input, Sample[] samples)
    {
        Tensor first = samples[0].Inputs[input];
        if (first.Shape.Rank == 0 || first.Shape[0] != 1)
        {
            throw new InvalidSampleException($"Sample '{samples[0].Name}': input '{input}' is {first}, expected a first dimension of 1 to batch along. Use a batch size of 1.");
        }

        byte[] bytes = new byte[checked(samples.Length * first.ByteLength)];
        Span<byte> destination = bytes;
        foreach (Sample sample in samples)
        {
            Tensor tensor = sample.Inputs[input];
            if (tensor.Type != first.Type || tensor.Shape != first.Shape)
            {
                throw new InvalidSampleException($"Sample '{sample.Name}': input '{input}' is {tensor}, but '{samples[0].Name}' in the same batch is {first}. Use a batch size of 1.");
            }

            tensor.Bytes.Span.CopyTo(destination);
            destination = destination[tensor.ByteLength..];
        }

        return Tensor.FromBytes(first.Type, [samples.Length, .. first.Shape.Dimensions[1..]], bytes);
    }
}
