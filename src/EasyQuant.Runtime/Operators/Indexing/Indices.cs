using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Indexing;

/// <summary>Indices as models store them: 32 or 64 bits, negative ones counted from the end.</summary>
internal static class Indices
{
    /// <summary>Indices into a dimension, counted from the start.</summary>
    /// <exception cref="InvalidOperatorInputException">One lies outside.</exception>
    public static int[] Along(Tensor indices, int extent) => Array.ConvertAll(indices.ToInt64s(), i => Along(i, extent));

    /// <summary>One index into a dimension, counted from the start.</summary>
    /// <exception cref="InvalidOperatorInputException">It lies outside.</exception>
    public static int Along(long index, int extent)
    {
        long positive = index < 0 ? index + extent : index;
        return positive >= 0 && positive < extent
            ? (int)positive
            : throw new InvalidOperatorInputException($"Index {index} is outside a dimension of extent {extent}.");
    }

    /// <summary>The width of an element that can be moved.</summary>
    public static int BytesPerElement(Tensor x) => x.Type.BitWidth() is int bits and >= 8 ? bits / 8 : throw Elements.CannotMove(x);
}
