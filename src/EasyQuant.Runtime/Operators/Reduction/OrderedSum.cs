using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Runtime.Operators.Reduction;

/// <summary>Sums in an order that only the number of elements decides: the same bits on every instruction set.</summary>
/// <remarks>
/// Partial sums of every n-th element (n = four vectors of 512 bits) run side by side; they are added from the first to the last, and the elements
/// behind the last whole row after them. Where a machine has narrower vectors, several of them stand for one.
/// </remarks>
internal static class OrderedSum
{
    private const int Accumulators = 4;

    /// <summary><c>Σ x</c></summary>
    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumber<T>
    {
        if (!Vector512<T>.IsSupported)
        {
            return InSinglePrecision(x);
        }

        ReadOnlySpan<Vector512<T>> vectors = MemoryMarshal.Cast<T, Vector512<T>>(x);
        int rows = vectors.Length / Accumulators;
        T sum = T.Zero;
        if (rows > 0)
        {
            (Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) = (vectors[0], vectors[1], vectors[2], vectors[3]);
            for (int i = Accumulators; i < rows * Accumulators; i += Accumulators)
            {
                a += vectors[i];
                b += vectors[i + 1];
                c += vectors[i + 2];
                d += vectors[i + 3];
            }

            Span<T> partial = stackalloc T[Accumulators * Vector512<T>.Count];
            a.CopyTo(partial);
            b.CopyTo(partial[Vector512<T>.Count..]);
            c.CopyTo(partial[(2 * Vector512<T>.Count)..]);
            d.CopyTo(partial[(3 * Vector512<T>.Count)..]);
            sum = InOrder(sum, partial);
        }

        return InOrder(sum, x[(rows * Accumulators * Vector512<T>.Count)..]);
    }

    private static T InOrder<T>(T sum, ReadOnlySpan<T> x)
        where T : INumber<T>
    {
        foreach (T value in x)
        {
            sum += value;
        }

        return sum;
    }

    // No vectors hold 16-bit floats; their sums would also lose too much.
    private static T InSinglePrecision<T>(ReadOnlySpan<T> x)
        where T : INumber<T>
    {
        float sum = 0;
        foreach (T value in x)
        {
            sum += float.CreateTruncating(value);
        }

        return T.CreateTruncating(sum);
    }
}
