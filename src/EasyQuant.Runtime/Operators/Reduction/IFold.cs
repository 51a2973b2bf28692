using System.Numerics;

namespace EasyQuant.Runtime.Operators.Reduction;

/// <summary>Combines many numbers into one, in an order that depends on nothing but how many there are.</summary>
internal interface IFold
{
    /// <summary>The result for no numbers.</summary>
    static abstract T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    /// <summary>All of a row.</summary>
    static abstract T Along<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    /// <summary>Each of a row with what there is in its column.</summary>
    static abstract void Across<T>(ReadOnlySpan<T> x, Span<T> columns) where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>The sum.</summary>
internal readonly struct Sum : IFold
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Along<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T> => OrderedSum.Of(x);

    public static void Across<T>(ReadOnlySpan<T> x, Span<T> columns) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Add(columns, x, columns);
}

/// <summary>The product.</summary>
internal readonly struct Product : IFold
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.One;

    public static T Along<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        T product = T.One;
        foreach (T value in x)
        {
            product *= value;
        }

        return product;
    }

    public static void Across<T>(ReadOnlySpan<T> x, Span<T> columns) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(columns, x, columns);
}

/// <summary>The largest.</summary>
internal readonly struct Largest : IFold
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.CreateSaturating(double.NegativeInfinity);

    public static T Along<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Max(x);

    public static void Across<T>(ReadOnlySpan<T> x, Span<T> columns) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Max(columns, x, columns);
}

/// <summary>The smallest.</summary>
internal readonly struct Smallest : IFold
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.CreateSaturating(double.PositiveInfinity);

    public static T Along<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Min(x);

    public static void Across<T>(ReadOnlySpan<T> x, Span<T> columns) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Min(columns, x, columns);
}
