using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Inner products of doubles in an order that only their length decides: the same bits on every instruction set.</summary>
/// <remarks>
/// 32 partial sums, the i-th product going to the (i mod 32)-th by a fused multiply-add; what fills no eight goes to one more, in order. They are
/// added by halves: sums 0 to 7 to 8 to 15, 16 to 23 to 24 to 31, both to each other, then four to four, two to two, one to one, and the last.
/// </remarks>
public static class OrderedDot
{
    private const int Lanes = 8;

    /// <summary><c>Σ x[i] · y[i]</c></summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"Vectors of {x.Length} and {y.Length} elements have no inner product.", nameof(y));
        }

        ref double a = ref MemoryMarshal.GetReference(x);
        ref double b = ref MemoryMarshal.GetReference(y);
        Vector512<double> s0 = Vector512<double>.Zero, s1 = s0, s2 = s0, s3 = s0;
        int i = 0;
        for (; i + 4 * Lanes <= x.Length; i += 4 * Lanes)
        {
            s0 = Add(ref a, ref b, i, s0);
            s1 = Add(ref a, ref b, i + Lanes, s1);
            s2 = Add(ref a, ref b, i + 2 * Lanes, s2);
            s3 = Add(ref a, ref b, i + 3 * Lanes, s3);
        }

        if (i + Lanes <= x.Length)
        {
            s0 = Add(ref a, ref b, i, s0);
            i += Lanes;
        }

        if (i + Lanes <= x.Length)
        {
            s1 = Add(ref a, ref b, i, s1);
            i += Lanes;
        }

        if (i + Lanes <= x.Length)
        {
            s2 = Add(ref a, ref b, i, s2);
            i += Lanes;
        }

        double rest = 0;
        for (; i < x.Length; i++)
        {
            rest = Math.FusedMultiplyAdd(x[i], y[i], rest);
        }

        Vector512<double> eight = s0 + s1 + (s2 + s3);
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1] + rest;
    }

    private static Vector512<double> Add(ref double x, ref double y, int index, Vector512<double> sum) =>
        Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, (nuint)index), Vector512.LoadUnsafe(ref y, (nuint)index), sum);
}
