using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Quantization;

/// <summary><c>q = clamp(round(sum · m) + z, qmin, qmax)</c>, ties to even, with the single-precision multiplier <c>m = s_a · s_b / s_y</c>.</summary>
internal static class Requantization
{
    /// <summary>The sums at the output's scale; the second operand's scale is one number or one for each index of <paramref name="axis"/>.</summary>
    public static Tensor Run(Tensor sums, Tensor scaleA, Tensor scaleB, Tensor scaleY, Tensor zeroY, int axis, OperatorContext context)
    {
        double[] b = Reals.Of(scaleB);
        int extent = sums.Shape.Rank > axis ? sums.Shape[axis] : 1;
        if (scaleA.Count != 1 || scaleY.Count != 1 || (b.Length != 1 && b.Length != extent))
        {
            throw new InvalidOperatorInputException($"Scales of shapes {scaleA.Shape}, {scaleB.Shape} and {scaleY.Shape} do not fit sums of shape {sums.Shape}.");
        }

        float a = scaleA.ToSingle();
        float y = scaleY.ToSingle();
        float[] multipliers = Array.ConvertAll(b, s => a * (float)s / y);
        float z = ElementCast.To(zeroY, DataType.Float32, context).ToSingle();
        (float low, float high) = zeroY.Type == DataType.Int8 ? (-128f, 127f) : (0f, 255f);
        int inner = sums.Shape.Product(Math.Min(axis + 1, sums.Shape.Rank), sums.Shape.Rank);
        Tensor result = context.Allocate(zeroY.Type, sums.Shape);
        context.ForRanges(sums.Count, 4, (start, end) =>
        {
            ReadOnlySpan<int> from = sums.AsSpan<int>();
            Span<byte> to = Elements.Bytes(result);
            for (int i = start; i < end; i++)
            {
                float m = multipliers[multipliers.Length == 1 ? 0 : i / inner % extent];
                to[i] = (byte)(int)Math.Clamp(MathF.Round(from[i] * m) + z, low, high);
            }
        });
        return result;
    }
}
