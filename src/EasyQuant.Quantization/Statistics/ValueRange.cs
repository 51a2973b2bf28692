using System.Numerics.Tensors;

namespace EasyQuant.Quantization.Statistics;

/// <summary>The smallest and the largest element seen.</summary>
/// <param name="Minimum">The smallest; +∞ where nothing was seen.</param>
/// <param name="Maximum">The largest; −∞ where nothing was seen.</param>
public readonly record struct ValueRange(float Minimum, float Maximum)
{
    /// <summary>Nothing seen.</summary>
    public static ValueRange Empty => new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>The range of these elements; not a number where one of them is not.</summary>
    public static ValueRange Of(ReadOnlySpan<float> elements) =>
        elements.IsEmpty ? Empty : new(TensorPrimitives.Min(elements), TensorPrimitives.Max(elements));

    /// <summary>The range of both.</summary>
    public ValueRange Union(ValueRange other) => new(MathF.Min(Minimum, other.Minimum), MathF.Max(Maximum, other.Maximum));

    /// <summary><c>max |x|</c>; 0 where nothing was seen.</summary>
    public float Magnitude => Minimum > Maximum ? 0 : MathF.Max(MathF.Abs(Minimum), MathF.Abs(Maximum));

    /// <summary>Whether every element was a finite number.</summary>
    public bool IsFinite => Minimum > Maximum || (float.IsFinite(Minimum) && float.IsFinite(Maximum));
}
