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

    /// <summary>Room for as many elements as a tensor of this shape has, all zero.</summary>
    /// <exception cref="InvalidOperatorInputException">It would take more than a tensor may.</exception>
    public static double[] Zeros(Shape shape)
    {
        long count = shape.ElementCount;
        return count <= int.MaxValue / sizeof(double)
            ? new double[count]
            : throw new InvalidOperatorInputException($"A result of shape {shape} has {count} elements; {int.MaxValue / sizeof(double)} are possible.");
    }

    /// <summary>A tensor of these elements, each rounded once.</summary>
    public static Tensor Make(double[] elements, Shape shape, DataType type, OperatorContext context) =>
        ElementCast.To(Tensor.From(elements, shape), type, context);
}
