using System.Numerics;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary><c>x + y</c></summary>
internal readonly struct Add : IBinaryFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Add(x, y, z);

    public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Add(x, y, z);

    public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Add(y, x, z);
}

/// <summary><c>x − y</c></summary>
internal readonly struct Subtract : IBinaryFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Subtract(x, y, z);

    public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Subtract(x, y, z);

    public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Subtract(x, y, z);
}

/// <summary><c>x · y</c></summary>
internal readonly struct Multiply : IBinaryFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(x, y, z);

    public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(x, y, z);

    public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(y, x, z);
}

/// <summary><c>x / y</c>, towards zero for integers</summary>
internal readonly struct Divide : IBinaryFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Divide(x, y, z);

    public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Divide(x, y, z);

    public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Divide(x, y, z);
}

/// <summary>The larger; not a number where either is not.</summary>
internal readonly struct Maximum : IBinaryFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Max(x, y, z);

    public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Max(x, y, z);

    public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Max(y, x, z);
}

/// <summary>The smaller; not a number where either is not.</summary>
internal readonly struct Minimum : IBinaryFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Min(x, y, z);

    public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Min(x, y, z);

    public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Min(y, x, z);
}

/// <summary><c>x</c> where that is positive, <c>slope · x</c> where it is not (PRelu).</summary>
internal readonly struct ParametricRelu : IBinaryFunction
{
    public void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = x[i] < T.Zero ? x[i] * y[i] : x[i];
        }
    }

    public void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> slope = new(y);
            for (; i <= z.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> v = new(x[i..]);
                Vector.ConditionalSelect(Vector.LessThan(v, Vector<T>.Zero), v * slope, v).CopyTo(z[i..]);
            }
        }

        for (; i < z.Length; i++)
        {
            z[i] = x[i] < T.Zero ? x[i] * y : x[i];
        }
    }

    public void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = x < T.Zero ? x * y[i] : x;
        }
    }
}
