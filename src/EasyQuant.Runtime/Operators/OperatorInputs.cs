using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>Reads an operator's inputs.</summary>
internal static class OperatorInputs
{
    /// <summary>The input at <paramref name="index"/>.</summary>
    public static Tensor Required(this ReadOnlySpan<Tensor?> inputs, int index) =>
        inputs.Optional(index) ?? throw new InvalidOperatorInputException($"Input {index} is absent.");

    /// <summary>The input at <paramref name="index"/>, or nothing where it is absent.</summary>
    public static Tensor? Optional(this ReadOnlySpan<Tensor?> inputs, int index) => index < inputs.Length ? inputs[index] : null;

    /// <summary>The tensors of the input at <paramref name="index"/>, which is a sequence.</summary>
    public static IReadOnlyList<Tensor> RequiredElements(this ReadOnlySpan<Tensor?> inputs, int index) => inputs.Required(index).Elements
        ?? throw new InvalidOperatorInputException($"Input {index} is {inputs[index]}, expected a sequence.");

    /// <summary>The input at <paramref name="index"/>, which the operator can only compute with as 32-bit floats.</summary>
    public static Tensor RequiredSingles(this ReadOnlySpan<Tensor?> inputs, int index) => inputs.Required(index) is { Type: DataType.Float32 } tensor
        ? tensor
        : throw new UnsupportedOperatorInputException($"Element type {inputs[index]!.Type.ShortName()} is not supported, expected f32.");

    /// <summary>The elements of an integer tensor, as 64-bit integers.</summary>
    public static long[] ToInt64s(this Tensor tensor) => tensor.Type switch
    {
        DataType.Int64 => tensor.AsSpan<long>().ToArray(),
        DataType.Int32 => Array.ConvertAll(tensor.AsSpan<int>().ToArray(), v => (long)v),
        _ => throw new InvalidOperatorInputException($"{tensor} holds indices or extents, expected i64 or i32."),
    };

    /// <summary>The only element of an integer tensor.</summary>
    public static long ToInt64(this Tensor tensor) => tensor.Count == 1
        ? tensor.ToInt64s()[0]
        : throw new InvalidOperatorInputException($"{tensor} has {tensor.Count} elements, expected one.");

    /// <summary>The only element of a float tensor.</summary>
    public static float ToSingle(this Tensor tensor) => (tensor.Count, tensor.Type) switch
    {
        (1, DataType.Float32) => tensor.AsSpan<float>()[0],
        (1, DataType.Float64) => (float)tensor.AsSpan<double>()[0],
        (1, DataType.Float16) => (float)tensor.AsSpan<Half>()[0],
        _ => throw new InvalidOperatorInputException($"{tensor} should be one floating-point number."),
    };

    /// <summary>An axis counted from the start.</summary>
    public static int Axis(long axis, int rank)
    {
        long positive = axis < 0 ? axis + rank : axis;
        return positive >= 0 && positive < rank
            ? (int)positive
            : throw new InvalidOperatorInputException($"Axis {axis} is outside a tensor of {rank} dimensions.");
    }

    /// <summary>Distinct axes counted from the start, ascending.</summary>
    public static int[] Axes(IEnumerable<long> axes, int rank)
    {
        int[] result = [.. axes.Select(a => Axis(a, rank)).Order()];
        return result.Distinct().Count() == result.Length
            ? result
            : throw new InvalidOperatorInputException($"The axes {string.Join(", ", result)} name a dimension twice.");
    }
}
