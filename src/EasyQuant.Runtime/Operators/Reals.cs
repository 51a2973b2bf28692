using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>Small parameter tensors in double precision.</summary>
internal static class Reals
{
    /// <summary>A copy of the elements.</summary>
    public static double[] Of(Tensor tensor) => tensor.Type switch
    {
        DataType.Float32 => Array.ConvertAll(tensor.AsSpan<float>().ToArray(), v => (double)v),
        DataType.Float16 => Array.ConvertAll(tensor.AsSpan<Half>().ToArray(), v => (double)v),
        DataType.Float64 => tensor.AsSpan<double>().ToArray(),
        _ => throw new InvalidOperatorInputException($"{tensor} should hold floating-point numbers."),
    };
}
