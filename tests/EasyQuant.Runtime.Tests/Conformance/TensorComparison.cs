using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Tests.Conformance;

/// <summary>Compares tensors element by element.</summary>
internal static class TensorComparison
{
    // Where several operators follow one another, each rounds its result to 8 bits.
    private const double BrainFloatUnit = 1.0 / 128;

    /// <summary>
    /// Nothing where <c>|found − expected| ≤ absolute + relative · |expected|</c> everywhere (exactly equal for integers, not-a-number equal to
    /// itself), otherwise the worst difference.
    /// </summary>
    public static string? Difference(Tensor expected, Tensor found, double relative, double absolute)
    {
        if (expected.Type != found.Type || expected.Shape != found.Shape)
        {
            return $"expected {expected}, found {found}";
        }

        if ((expected.Elements is null) != (found.Elements is null) || (expected == Tensor.Absent) != (found == Tensor.Absent))
        {
            return $"expected {expected}, found {found}";
        }

        if (expected.Elements is { } elements)
        {
            return elements.Select((e, i) => Difference(e, found.Elements![i], relative, absolute)).FirstOrDefault(d => d is not null);
        }

        return expected.Type switch
        {
            DataType.Float32 => Difference(Widen<float>(expected), Widen<float>(found), relative, absolute),
            DataType.Float64 => Difference(Widen<double>(expected), Widen<double>(found), relative, absolute),
            DataType.Float16 => Difference(Widen<Half>(expected), Widen<Half>(found), relative, absolute),
            DataType.BFloat16 => Difference(WidenBrainFloats(expected), WidenBrainFloats(found), Math.Max(relative, BrainFloatUnit), absolute),
            DataType.String => expected.Strings.SequenceEqual(found.Strings) ? null : "the texts differ",
            _ => expected.Bytes.Span.SequenceEqual(found.Bytes.Span) ? null : FirstDifference(expected, found),
        };
    }

    private static string FirstDifference(Tensor expected, Tensor found)
    {
        int bytes = Math.Max(1, expected.Type.BitWidth() / 8);
        int at = expected.Bytes.Span.CommonPrefixLength(found.Bytes.Span) / bytes;
        return $"element {at} differs";
    }

    private static double[] WidenBrainFloats(Tensor tensor) =>
        Array.ConvertAll(tensor.AsSpan<ushort>().ToArray(), bits => (double)BitConverter.Int32BitsToSingle(bits << 16));

    private static double[] Widen<T>(Tensor tensor)
        where T : unmanaged, System.Numerics.INumber<T> => Array.ConvertAll(tensor.AsSpan<T>().ToArray(), double.CreateChecked);

    private static string? Difference(double[] expected, double[] found, double relative, double absolute)
    {
        int worst = -1;
        double most = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = expected[i].Equals(found[i]);
            double excess = same ? 0 : Math.Abs(found[i] - expected[i]) - absolute - relative * Math.Abs(expected[i]);
            if (double.IsNaN(excess) || excess > most)
            {
                worst = i;
                most = double.IsNaN(excess) ? double.MaxValue : excess;
            }
        }

        return worst < 0 ? null : $"element {worst} is {found[worst]:G6}, expected {expected[worst]:G6}";
    }
}
