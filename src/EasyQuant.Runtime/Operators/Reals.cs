using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>Floating-point tensors in double precision: parameters, and everything that operators used seldom compute with.</summary>
internal static class Reals
{
    /// <summary>A copy of the elements.</summary>
    public static double[] Of(Tensor tensor) => tensor.Type switch
    {
        DataType.Float32 => Array.ConvertAll(tensor.AsSpan<float>().ToArray(), v => (double)v),
        DataType.Float16 => Array.ConvertAll(tensor.AsSpan<Half>().ToArray(), v => (double)v),
        DataType.Float64 => tensor.AsSpan<double>().ToArray(),
        DataType.BFloat16 => Array.ConvertAll(tensor.AsSpan<ushort>().ToArray(), v => (double)BitConverter.Int32BitsToSingle(v << 16)),
        _ => throw new InvalidOperatorInputException($"{tensor} should hold floating-point numbers."),
    };

    /// <summary>A tensor of these elements, each rounded once.</summary>
    public static Tensor Make(double[] elements, Shape shape, DataType type, OperatorContext context) =>
        ElementCast.To(Tensor.From(elements, shape), type, context);
}
