using System.Numerics.Tensors;
using EasyQuant.Kernels.FloatProducts;

namespace EasyQuant.Quantization.Algorithms.WeightReconstruction;

/// <summary>
/// Of one output channel: integers q of a grid for which <c>(s q − v)ᵀ H (s q − v)</c> is small, v being the real weights that
/// would do best.
/// </summary>
/// <remarks>
/// <para>First the nearest plane method (L. Babai, "On Lovász' lattice reduction and the nearest lattice point problem", 1986): with
/// <c>H = L Lᵀ</c> weights are rounded one after the other, each to make up for those before it. On the inputs' second moments this
/// is what GPTQ (arXiv 2210.17323) and OBQ (arXiv 2208.11580) compute.</para>
/// <para>Then single weights move by a step, as long as the error falls.</para>
/// </remarks>
internal static class LatticeRounding
{
    // Sweeps of single moves; few are needed, and the error falls with each.
    private const int MostSweeps = 20;

    /// <summary>Integers by the nearest plane method; the error is returned.</summary>
    public static double NearestPlane(CholeskyFactor factor, ReadOnlySpan<double> ideal, double step, int largest, Span<double> integers)
    {
        double[] difference = new double[ideal.Length];
        double error = 0;
        for (int j = ideal.Length - 1; j >= 0; j--)
        {
            double pull = OrderedDot.Of(factor.Below(j), difference.AsSpan(j + 1)) / factor.Diagonal(j);
            double wanted = ideal[j] - pull;
            integers[j] = Math.Clamp(Math.Round(wanted / step, MidpointRounding.ToEven), -largest, largest);
            difference[j] = integers[j] * step - ideal[j];
            double residue = factor.Diagonal(j) * (difference[j] + pull);
            error += residue * residue;
        }

        return error;
    }

    /// <summary>Moves single integers while that lowers the error; how much it fell is returned.</summary>
    public static double Descend(double[][] hessian, ReadOnlySpan<double> ideal, double step, int largest, Span<double> integers)
    {
        int length = ideal.Length;
        double[] difference = new double[length];
        for (int k = 0; k < length; k++)
        {
            difference[k] = integers[k] * step - ideal[k];
        }

        double[] gradient = new double[length];
        for (int k = 0; k < length; k++)
        {
            gradient[k] = OrderedDot.Of(hessian[k], difference);
        }

        double fallen = 0;
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool moved = false;
            for (int k = 0; k < length; k++)
            {
                double curvature = hessian[k][k];
                double target = Math.Clamp(Math.Round(integers[k] - gradient[k] / (curvature * step)), -largest, largest);
                double move = (target - integers[k]) * step;
                double change = move * (2 * gradient[k] + move * curvature);
                if (move != 0 && change < 0)
                {
                    integers[k] = target;
                    TensorPrimitives.MultiplyAdd<double>(hessian[k], move, gradient, gradient);
                    fallen -= change;
                    moved = true;
                }
            }

            if (!moved)
            {
                break;
            }
        }

        return fallen;
    }
}
