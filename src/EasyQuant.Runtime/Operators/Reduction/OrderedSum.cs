using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Runtime.Operators.Reduction;

/// <summary>Sums in an order that only the number of elements decides: the same bits on every instruction set.</summary>
/// <remarks>
/// Four vectors of 512 bits hold partial sums, the i-th vector of the row going to the (i mod 4)-th; they are added pairwise, then their
/// elements from the first to the last, then what fills no vector. Where a machine has narrower vectors, several of them stand for one.
/// </remarks>
internal static class OrderedSum
{
    /// <summary><c>Σ x</c></summary>
    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumber<T>
    {
        if (!Vector512<T>.IsSupported)
        {
            return InSinglePrecision(x);
        }

        ReadOnlySpan<Vector512<T>> vectors = MemoryMarshal.Cast<T, Vector512<T>>(x);
        T sum = T.Zero;
        if (!vectors.IsEmpty)
        {
            Span<T> parts = stackalloc T[Vector512<T>.Count];
            Partial(vectors).CopyTo(parts);
            sum = InOrder(sum, parts);
        }

        return InOrder(sum, x[(vectors.Length * Vector512<T>.Count)..]);
    }

    private static Vector512<T> Partial<T>(ReadOnlySpan<Vector512<T>> vectors)
    {
        Vector512<T> a = Vector512<T>.Zero;
        Vector512<T> b = Vector512<T>.Zero;
        Vector512<T> c = Vector512<T>.Zero;
        Vector512<T> d = Vector512<T>.Zero;
        int i = 0;
        for (; i + 4 <= vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        a += i < vectors.Length ? vectors[i] : Vector512<T>.Zero;
        b += i + 1 < vectors.Length ? vectors[i + 1] : Vector512<T>.Zero;
        c += i + 2 < vectors.Length ? vectors[i + 2] : Vector512<T>.Zero;
        return a + b + (c + d);
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
