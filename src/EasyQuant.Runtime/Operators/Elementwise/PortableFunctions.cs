using System.Numerics;
using System.Runtime.InteropServices;
using EasyQuant.Kernels.FloatFunctions;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Functions of reals that give the same bits on every instruction set, and for an element wherever it stands.</summary>
/// <remarks>
/// Those of <see cref="TensorPrimitives"/> do not: they use fused multiply-adds where there are some, and the C library where there are no vectors. What
/// networks call a lot has kernels of its own for floats; the rest, and doubles, are the C library's, one element at a time.
/// </remarks>
internal static class PortableFunctions
{
    /// <summary><c>e^x</c></summary>
    public static void Exp<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            ExponentialFunctions.Exp(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        }
        else
        {
            Each(x, y, T.Exp);
        }
    }

    /// <summary><c>1 / (1 + e^−x)</c></summary>
    public static void Sigmoid<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            ExponentialFunctions.Sigmoid(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        }
        else
        {
            Each(x, y, v => T.One / (T.One + T.Exp(-v)));
        }
    }

    /// <summary>A function of one element at a time.</summary>
    public static void Each<T>(ReadOnlySpan<T> x, Span<T> y, Func<T, T> function)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = function(x[i]);
        }
    }
}
