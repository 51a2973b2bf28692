using System.Numerics;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary><c>e^x</c></summary>
internal readonly struct Exp : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp(x, y);
}

/// <summary><c>ln x</c></summary>
internal readonly struct Log : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log(x, y);
}

/// <summary><c>√x</c></summary>
internal readonly struct Sqrt : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);
}

/// <summary><c>sin x</c></summary>
internal readonly struct Sin : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sin(x, y);
}

/// <summary><c>cos x</c></summary>
internal readonly struct Cos : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cos(x, y);
}

/// <summary><c>tan x</c></summary>
internal readonly struct Tan : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Tan(x, y);
}

/// <summary><c>asin x</c></summary>
internal readonly struct Asin : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Asin(x, y);
}

/// <summary><c>acos x</c></summary>
internal readonly struct Acos : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Acos(x, y);
}

/// <summary><c>atan x</c></summary>
internal readonly struct Atan : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atan(x, y);
}

/// <summary><c>sinh x</c></summary>
internal readonly struct Sinh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sinh(x, y);
}

/// <summary><c>cosh x</c></summary>
internal readonly struct Cosh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cosh(x, y);
}

/// <summary><c>tanh x</c></summary>
internal readonly struct Tanh : IRealFunction
{
    // Not TensorPrimitives.Tanh: near zero it is a difference from 1 and keeps three digits of a float.
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.Tanh(x[i]);
        }
    }
}

/// <summary><c>asinh x</c></summary>
internal readonly struct Asinh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Asinh(x, y);
}

/// <summary><c>acosh x</c></summary>
internal readonly struct Acosh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Acosh(x, y);
}

/// <summary><c>atanh x</c></summary>
internal readonly struct Atanh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atanh(x, y);
}

/// <summary><c>1 / (1 + e^−x)</c></summary>
internal readonly struct Sigmoid : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sigmoid(x, y);
}

/// <summary><c>⌊x⌋</c></summary>
internal readonly struct Floor : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Floor(x, y);
}

/// <summary><c>⌈x⌉</c></summary>
internal readonly struct Ceiling : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Ceiling(x, y);
}

/// <summary><c>1 / x</c></summary>
internal readonly struct Reciprocal : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Reciprocal(x, y);
}

/// <summary>The nearest integer, ties to even.</summary>
internal readonly struct RoundToEven : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Round(x, MidpointRounding.ToEven, y);
}
