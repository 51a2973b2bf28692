using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Quantization;

/// <summary>8-bit integers with their zero point taken off, as 32-bit integers: the operands of an integer product.</summary>
internal static class CentredIntegers
{
    /// <summary><c>q − z</c>; the zero point is one number, or one for each index of <paramref name="axis"/>.</summary>
    public static int[] Of(Tensor q, Tensor? zeroPoint, int axis)
    {
        int[] zeros = zeroPoint is null ? [0] : Widen(zeroPoint);
        int[] values = Widen(q);
        if (zeros.Length == 1)
        {
            return zeros[0] == 0 ? values : Array.ConvertAll(values, v => v - zeros[0]);
        }

        int extent = q.Shape[axis];
        int inner = q.Shape.Product(axis + 1, q.Shape.Rank);
        if (zeros.Length != extent)
        {
            throw new InvalidOperatorInputException($"The zero point of {q} has shape {zeroPoint!.Shape}, expected one number or {extent}.");
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] -= zeros[i / inner % extent];
        }

        return values;
    }

    private static int[] Widen(Tensor q) => q.Type switch
    {
        DataType.Int8 => Array.ConvertAll(q.AsSpan<sbyte>().ToArray(), v => (int)v),
        DataType.UInt8 => Array.ConvertAll(q.AsSpan<byte>().ToArray(), v => (int)v),
        DataType.Int32 => q.AsSpan<int>().ToArray(),
        _ => throw new InvalidOperatorInputException($"{q} does not hold 8-bit integers."),
    };
}
