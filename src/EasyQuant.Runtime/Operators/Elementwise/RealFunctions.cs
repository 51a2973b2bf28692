using System.Numerics;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary><c>e^x</c></summary>
internal readonly struct Exp : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Exp(x, y);
}

/// <summary><c>ln x</c></summary>
internal readonly struct Log : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Log);
}

/// <summary><c>√x</c></summary>
internal readonly struct Sqrt : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);
}

/// <summary><c>sin x</c></summary>
internal readonly struct Sin : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Sin);
}

/// <summary><c>cos x</c></summary>
internal readonly struct Cos : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Cos);
}

/// <summary><c>tan x</c></summary>
internal readonly struct Tan : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Tan);
}

/// <summary><c>asin x</c></summary>
internal readonly struct Asin : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Asin);
}

/// <summary><c>acos x</c></summary>
internal readonly struct Acos : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Acos);
}

/// <summary><c>atan x</c></summary>
internal readonly struct Atan : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Atan);
}

/// <summary><c>sinh x</c></summary>
internal readonly struct Sinh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Sinh);
}

/// <summary><c>cosh x</c></summary>
internal readonly struct Cosh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Cosh);
}

/// <summary><c>tanh x</c></summary>
internal readonly struct Tanh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Tanh);
}

/// <summary><c>asinh x</c></summary>
internal readonly struct Asinh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Asinh);
}

/// <summary><c>acosh x</c></summary>
internal readonly struct Acosh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Acosh);
}

/// <summary><c>atanh x</c></summary>
internal readonly struct Atanh : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Each(x, y, T.Atanh);
}

/// <summary><c>1 / (1 + e^−x)</c></summary>
internal readonly struct Sigmoid : IRealFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, IFloatingPointIeee754<T> => PortableFunctions.Sigmoid(x, y);
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
