using EasyQuant.Kernels.IntegerProducts;

namespace EasyQuant.Quantization.Simulation;

/// <summary>Of integer rows against the patches of a segment: <c>‖acc_r‖²</c> and <c>⟨acc_r, O_c(r)⟩</c> for each row r.</summary>
/// <param name="Squares">Sums of squares.</param>
/// <param name="Dots">Inner products with the target of the row's channel.</param>
internal readonly record struct RowStatistics(double[] Squares, double[] Dots)
{
    /// <summary>The statistics of these rows.</summary>
    /// <param name="patches">A.</param>
    /// <param name="zeroPoint">z.</param>
    /// <param name="rows">The integer weights, each of A's row length.</param>
    /// <param name="channels">The output channel each row stands for.</param>
    /// <param name="target">O as [channel][position].</param>
    public static RowStatistics Compute(QuadMatrix patches, int zeroPoint, SignedRows rows, ReadOnlySpan<int> channels, ReadOnlySpan<float> target)
    {
        RowStatistics statistics = new(new double[rows.Count], new double[rows.Count]);
        IntegerProduct.AccumulateStatistics(IntegerProductKernels.Best, patches, zeroPoint, rows, channels, target, statistics.Squares, statistics.Dots);
        return statistics;
    }
}
