using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatFunctions;

/// <summary><c>e^x</c> and <c>1 / (1 + e^−x)</c> of floats, to within two units in the last place, with the same bits on every instruction set.</summary>
/// <remarks>
/// <para>With n the integer nearest to <c>x · log₂ e</c> and <c>r = x − n · ln 2</c>: <c>e^x = 2^n · Σ_{k ≤ 7} r^k / k!</c>. Every step is one rounding that IEEE 754
/// defines, fused multiply-adds among them, and an element does not depend on its place. So vectors of any width agree, and so does a
/// loop without any. Where a processor has no such instruction, the runtime calculates them: slowly, and the same.</para>
/// <para>NaN stays NaN. Powers beyond the largest float are infinite, and small ones are denormal before they are zero; the quotient is zero where
/// e^−x is infinite, below x = −88.72.</para>
/// </remarks>
public static class ExponentialFunctions
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: the nearest float, and what it lacks.
    private const float Ln2High = 0.693147182464599609375f;
    private const float Ln2Low = -1.904654299957767878541e-9f;

    // Beyond these results are infinite or zero.
    private const float Largest = 89.5f;
    private const float Smallest = -104.5f;

    /// <summary><c>y = e^x</c>; both may be the same.</summary>
    /// <exception cref="ArgumentException">y is shorter than x.</exception>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Apply<ExpFunction>(x, y);

    /// <summary><c>y = 1 / (1 + e^−x)</c>; both may be the same.</summary>
    /// <exception cref="ArgumentException">y is shorter than x.</exception>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => Apply<SigmoidFunction>(x, y);

    private static void Apply<TFunction>(ReadOnlySpan<float> x, Span<float> y)
        where TFunction : struct, IVectorFunction
    {
        if (y.Length < x.Length)
        {
            throw new ArgumentException($"{x.Length} results need as much room; there is room for {y.Length}.", nameof(y));
        }

        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + Vector512<float>.Count <= x.Length; i += Vector512<float>.Count)
            {
                TFunction.Of(Vector512.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i + Vector256<float>.Count <= x.Length; i += Vector256<float>.Count)
        {
            TFunction.Of(Vector256.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        if (i < x.Length)
        {
            Span<float> last = stackalloc float[Vector256<float>.Count];
            x[i..].CopyTo(last);
            TFunction.Of(Vector256.Create<float>(last)).CopyTo(last);
            last[..(x.Length - i)].CopyTo(y[i..]);
        }
    }

    private interface IVectorFunction
    {
        static abstract Vector512<float> Of(Vector512<float> x);

        static abstract Vector256<float> Of(Vector256<float> x);
    }

    private readonly struct ExpFunction : IVectorFunction
    {
        public static Vector512<float> Of(Vector512<float> x)
        {
            Vector512<float> inside = Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(Smallest)), Vector512.Create(Largest));
            Vector512<float> n = Vector512.Round(inside * Log2E);
            Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), inside);
            r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);
            Vector512<float> sum = Vector512.FusedMultiplyAdd(r, Vector512.Create(1f / 5040), Vector512.Create(1f / 720));
            sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 120));
            sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 24));
            sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 6));
            sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
            sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
            sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);

            // 2^n in two factors, for n may be no exponent of a normal number.
            Vector512<int> exponent = Vector512.ConvertToInt32Native(n);
            Vector512<int> half = Vector512.ShiftRightArithmetic(exponent, 1);
            Vector512<int> bias = Vector512.Create(127);
            sum *= Vector512.ShiftLeft(half + bias, 23).AsSingle();
            sum *= Vector512.ShiftLeft(exponent - half + bias, 23).AsSingle();
            return Vector512.ConditionalSelect(Vector512.Equals(x, x), sum, x);
        }

        public static Vector256<float> Of(Vector256<float> x)
        {
            Vector256<float> inside = Vector256.MinNative(Vector256.MaxNative(x, Vector256.Create(Smallest)), Vector256.Create(Largest));
            Vector256<float> n = Vector256.Round(inside * Log2E);
            Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), inside);
            r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);
            Vector256<float> sum = Vector256.FusedMultiplyAdd(r, Vector256.Create(1f / 5040), Vector256.Create(1f / 720));
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 120));
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 24));
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 6));
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(0.5f));
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
            sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
            Vector256<int> exponent = Vector256.ConvertToInt32Native(n);
            Vector256<int> half = Vector256.ShiftRightArithmetic(exponent, 1);
            Vector256<int> bias = Vector256.Create(127);
            sum *= Vector256.ShiftLeft(half + bias, 23).AsSingle();
            sum *= Vector256.ShiftLeft(exponent - half + bias, 23).AsSingle();
            return Vector256.ConditionalSelect(Vector256.Equals(x, x), sum, x);
        }
    }

    private readonly struct SigmoidFunction : IVectorFunction
    {
        public static Vector512<float> Of(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + ExpFunction.Of(-x));

        public static Vector256<float> Of(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + ExpFunction.Of(-x));
    }
}
