using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>What must hold between the operands of a convolution.</summary>
internal static class ConvolutionShapes
{
    /// <summary>Compares input (N, C, …), weight (O, C / groups, …) and bias (O).</summary>
    /// <exception cref="InvalidOperatorInputException">They do not fit.</exception>
    public static void Check(Tensor x, Tensor w, Tensor? b, int groups)
    {
        if (w.Shape.Rank != x.Shape.Rank || w.Shape.Rank < 3)
        {
            throw new InvalidOperatorInputException($"The weight has shape {w.Shape}, expected {Math.Max(3, x.Shape.Rank)} dimensions (OIHW).");
        }

        if (groups < 1 || w.Shape[0] % groups != 0 || (long)w.Shape[1] * groups != x.Shape[1])
        {
            throw new InvalidOperatorInputException(
                $"The weight has shape {w.Shape}; for {x.Shape[1]} input channels in {groups} groups its dimension 1 should be {(groups < 1 ? 0 : x.Shape[1] / groups)} and its dimension 0 a multiple of {groups}.");
        }

        if (b is not null && b.Count != w.Shape[0])
        {
            throw new InvalidOperatorInputException($"The bias has shape {b.Shape}, expected {w.Shape[0]}.");
        }
    }
}
