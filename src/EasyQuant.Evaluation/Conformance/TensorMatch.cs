using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Conformance;

/// <summary>Decides whether a computed tensor is the expected one, as ONNX's backend tests do.</summary>
/// <remarks>
/// Floats may differ by <c>10⁻⁷ + 10⁻³ |expected|</c>, and by one unit in the last place of the largest element: more is not known of sums whose
/// terms cancel. Everything else is equal. NaN matches NaN, infinities match by sign.
/// </remarks>
public static class TensorMatch
{
    private const double AbsoluteTolerance = 1e-7;
    private const double RelativeTolerance = 1e-3;

    // The distance from 1 to the next number of each type.
    private const double BrainFloatUnit = 1.0 / (1 << 7);
    private const double HalfUnit = 1.0 / (1 << 10);
    private const double SingleUnit = 1.0 / (1 << 23);
    private const double DoubleUnit = 1.0 / (1L << 52);

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
            DataType.Float32 => Compare(output, expected, actual, SingleUnit),
            DataType.Float64 => Compare(output, expected, actual, DoubleUnit),
            DataType.Float16 => Compare(output, expected, actual, HalfUnit),
            DataType.BFloat16 => Compare(output, expected, actual, BrainFloatUnit),
            DataType.String => expected.Strings.SequenceEqual(actual.Strings) ? null : $"output '{output}' has other text than expected",
            _ => FirstDifferentByte(output, expected, actual),
        };
    }

    private static string? Compare(string output, Tensor expectedTensor, Tensor actualTensor, double unit)
    {
        double[] expected = Widen(expectedTensor);
        double[] actual = Widen(actualTensor);
        double largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < expected.Length; i++)
        {
            (double e, double a) = (expected[i], actual[i]);
            bool matches = e.Equals(a) || (double.IsFinite(e) && Math.Abs(e - a) <= AbsoluteTolerance + RelativeTolerance * Math.Abs(e) + unit * largest);
            if (!matches)
            {
                return $"output '{output}' has {a} at index {i}, expected {e}";
            }
        }

        return null;
    }

    private static double[] Widen(Tensor tensor) => tensor.Type switch
    {
        DataType.Float32 => Array.ConvertAll(tensor.AsSpan<float>().ToArray(), x => (double)x),
        DataType.Float16 => Array.ConvertAll(tensor.AsSpan<Half>().ToArray(), x => (double)x),
        DataType.BFloat16 => Array.ConvertAll(tensor.AsSpan<ushort>().ToArray(), x => (double)BitConverter.Int32BitsToSingle(x << 16)),
        _ => tensor.AsSpan<double>().ToArray(),
    };

    private static string? FirstDifferentByte(string output, Tensor expected, Tensor actual)
    {
        int position = expected.Bytes.Span.CommonPrefixLength(actual.Bytes.Span);
        return position == expected.ByteLength ? null : $"output '{output}' differs from what is expected at element {position * 8L / expected.Type.BitWidth()}";
    }
}
