namespace EasyQuant.Quantization.Simulation;

/// <summary>Of integer rows against the patches of a segment: <c>‖acc_r‖²</c> and <c>⟨acc_r, O_c(r)⟩</c> for each row r.</summary>
/// <param name="Squares">Exact sums of squares.</param>
/// <param name="Dots">Inner products with the target of the row's channel.</param>
internal readonly record struct RowStatistics(double[] Squares, double[] Dots)
{
    /// <summary>The statistics of these rows.</summary>
    /// <param name="patches">A.</param>
    /// <param name="rows">The integer weights, each of A's row length.</param>
    /// <param name="channels">The output channel each row stands for.</param>
    /// <param name="target">O as [channel][position].</param>
    public static RowStatistics Compute(PatchMatrix patches, IReadOnlyList<sbyte[]> rows, IReadOnlyList<int> channels, ReadOnlyMemory<float> target)
    {
        double[] squares = new double[rows.Count];
        double[] dots = new double[rows.Count];
        for (int r = 0; r < rows.Count; r++)
        {
            for (int p = 0; p < patches.Positions; p++)
            {
                long sum = 0;
                ReadOnlySpan<byte> patch = patches.Bytes.Span.Slice(p * patches.Stride, patches.RowLength);
                for (int k = 0; k < patch.Length; k++)
                {
                    sum += rows[r][k] * (patch[k] - patches.ZeroPoint);
                }

                squares[r] += (double)sum * sum;
                dots[r] += (double)sum * target.Span[channels[r] * patches.Positions + p];
            }
        }

        return new RowStatistics(squares, dots);
    }
}
