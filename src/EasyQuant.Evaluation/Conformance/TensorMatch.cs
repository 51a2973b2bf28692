using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Conformance;

/// <summary>Decides whether a computed tensor is the expected one, as ONNX's backend tests do.</summary>
/// <remarks>Floats may differ by <c>10⁻⁷ + 10⁻³ |expected|</c>; everything else is equal. NaN matches NaN, infinities match by sign.</remarks>
public static class TensorMatch
{
    private const double AbsoluteTolerance = 1e-7;
    private const double RelativeTolerance = 1e-3;

    /// <summary>The first difference in words, or nothing where the tensors match.</summary>
    public static string? FirstDifference(string output, Tensor expected, Tensor actual)
    {
        if (expected.Type != actual.Type || expected.Shape != actual.Shape || (expected.Elements is null) != (actual.Elements is null)
            || (expected == Tensor.Absent) != (actual == Tensor.Absent))
        {
            return $"output '{output}' is {actual}, expected {expected}";
        }

        if (expected.Elements is { } elements)
        {
            return elements.Select((e, i) => FirstDifference($"{output}[{i}]", e, actual.Elements![i])).FirstOrDefault(d => d is not null);
        }

        return expected.Type switch
        {
            DataType.Float32 => Compare(output, expected.AsSpan<float>(), actual.AsSpan<float>(), x => x),
            DataType.Float64 => Compare(output, expected.AsSpan<double>(), actual.AsSpan<double>(), x => x),
            DataType.Float16 => Compare(output, expected.AsSpan<Half>(), actual.AsSpan<Half>(), x => (double)x),
            DataType.BFloat16 => Compare(output, expected.AsSpan<ushort>(), actual.AsSpan<ushort>(), x => BitConverter.Int32BitsToSingle(x << 16)),
            DataType.String => expected.Strings.SequenceEqual(actual.Strings) ? null : $"output '{output}' has other text than expected",
            _ => FirstDifferentByte(output, expected, actual),
        };
    }

    private static string? Compare<T>(string output, ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, Func<T, double> toDouble)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double e = toDouble(expected[i]);
            double a = toDouble(actual[i]);
            bool matches = e.Equals(a) || (double.IsFinite(e) && Math.Abs(e - a) <= AbsoluteTolerance + RelativeTolerance * Math.Abs(e));
            if (!matches)
            {
                return $"output '{output}' has {a} at index {i}, expected {e}";
            }
        }

        return null;
    }

    private static string? FirstDifferentByte(string output, Tensor expected, Tensor actual)
    {
        int position = expected.Bytes.Span.CommonPrefixLength(actual.Bytes.Span);
        return position == expected.ByteLength ? null : $"output '{output}' differs from what is expected at element {position * 8L / expected.Type.BitWidth()}";
    }
}
