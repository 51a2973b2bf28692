using System.Numerics;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>A function of one number, applied to a block that fits the nearest cache.</summary>
internal interface INumberFunction
{
    /// <param name="x">The arguments.</param>
    /// <param name="y">The results.</param>
    /// <param name="scratch">As long as the results, for the function's own use.</param>
    void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>A function of one real number, applied to a block that fits the nearest cache.</summary>
internal interface IRealFunction
{
    /// <inheritdoc cref="INumberFunction.Apply"/>
    void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A function of two numbers. The forms with one number are for a repeated argument.</summary>
internal interface IBinaryFunction
{
    void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}
