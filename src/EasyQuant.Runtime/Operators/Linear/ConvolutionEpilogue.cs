using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>What a convolution does to its sums: <c>min(max(sum · factor + offset, low), high)</c>; factor and offset per output channel, or absent.</summary>
internal sealed record ConvolutionEpilogue(float[]? Factor, float[]? Offset, float Low, float High)
{
    /// <summary>Leaves the sums as they are.</summary>
    public static ConvolutionEpilogue None { get; } = new(null, null, float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>Applies factor, offset and limits to sums (N, C, …) where they lie.</summary>
    public void Apply(Tensor sums, OperatorContext context)
    {
        int channels = sums.Shape[1];
        int plane = sums.Shape.Product(2, sums.Shape.Rank);
        context.ForEach(sums.Shape[0] * channels, plane, i =>
        {
            Span<float> y = sums.AsMutableSpan<float>().Slice(i * plane, plane);
            TensorPrimitives.Multiply(y, Factor![i % channels], y);
            TensorPrimitives.Add(y, Offset![i % channels], y);
            TensorPrimitives.Max(y, Low, y);
            TensorPrimitives.Min(y, High, y);
        });
    }
}
