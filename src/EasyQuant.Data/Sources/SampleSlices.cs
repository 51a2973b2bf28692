using System.Runtime.InteropServices;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>The rule by which an array's first axis counts samples.</summary>
internal static class SampleSlices
{
    /// <summary>
    /// The shape of one sample of an array: <c>[1, rest]</c> where the input has as many dimensions as the array (its first is
    /// the batch), else <c>[rest]</c>.
    /// </summary>
    /// <exception cref="InvalidSampleException">The array has no samples or its rank does not fit.</exception>
    public static Shape ShapeOf(Shape array, SampleInput input, string name)
    {
        if (array.Rank == 0 || array[0] == 0)
        {
            throw new InvalidSampleException($"Array '{name}' of shape {array} holds no samples; expected them along its first axis.");
        }

        Shape rest = new(array.Dimensions[1..]);
        return input.Shape is { } declared && declared.Rank == rest.Rank ? rest : [1, .. rest];
    }

    /// <summary>Sample <paramref name="index"/> of an array that is in memory; a view, not a copy.</summary>
    public static Tensor Slice(Tensor array, Shape sample, int index)
    {
        int length = array.ByteLength / array.Shape[0];
        Memory<byte> bytes = MemoryMarshal.AsMemory(array.Bytes.Slice(index * length, length));
        return Tensor.FromBytes(array.Type, sample, bytes);
    }
}
