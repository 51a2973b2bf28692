using System.Numerics;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary><c>max(x, 0)</c></summary>
internal readonly struct Relu : INumberFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Max(x, T.Zero, y);
}

/// <summary><c>|x|</c></summary>
internal readonly struct Abs : INumberFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Abs(x, y);
}

/// <summary><c>−x</c></summary>
internal readonly struct Negate : INumberFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Negate(x, y);
}

/// <summary>−1, 0 or 1</summary>
internal readonly struct SignOf : INumberFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.IsZero(x[i]) || T.IsNaN(x[i]) ? x[i] : T.IsNegative(x[i]) ? T.Zero - T.One : T.One;
        }
    }
}

/// <summary><c>min(max(x, low), high)</c>, limits given as reals</summary>
internal readonly struct Clamp(double low, double high) : INumberFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        TensorPrimitives.Max(x, T.CreateSaturating(low), y);
        TensorPrimitives.Min(y, T.CreateSaturating(high), y);
    }
}

/// <summary><c>x</c> beyond the threshold, moved towards zero by the bias; zero within it.</summary>
internal readonly struct Shrink(double lambda, double bias) : INumberFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            double v = double.CreateChecked(x[i]);
            y[i] = T.CreateSaturating(v < -lambda ? v + bias : v > lambda ? v - bias : 0);
        }
    }
}
