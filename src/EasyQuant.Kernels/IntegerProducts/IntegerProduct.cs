using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>Products of signed rows with panels of unsigned bytes, <c>acc[r, p] = Σ_k W[r, k] · (A[p, k] − z)</c>, exact, and what is made of them.</summary>
/// <remarks>
/// |acc| stays below 2^31 for rows of up to 65,793 elements: <c>255 · 128 · 65,793 &lt; 2^31</c>. Everything runs on the caller's
/// thread. Sums in double precision run over positions in a fixed order: sixteen partial sums, one for each position
/// modulo 16, added pairwise at the end; every kernel gives the same bits.
/// </remarks>
public static unsafe class IntegerProduct
{
    /// <summary>The longest row for which 32-bit accumulators cannot overflow.</summary>
    public const int LongestRow = int.MaxValue / (255 * 128);

    private const int Rows = IntegerProductKernel.TileRows;
    private const int Positions = IntegerProductKernel.TilePositions;

    // Panels that stay in the first-level cache while all rows pass over them.
    private const int PanelBytesAtOnce = 24 << 10;

    /// <summary>
    /// <c>squares[r] += Σ_p acc[r, p]²</c> and <c>dots[r] += Σ_p acc[r, p] · target[channels[r] · positions + p]</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A buffer is too short, or a row too long.</exception>
    public static void AccumulateStatistics(
        IntegerProductKernel kernel, ReadOnlySpan<byte> panels, int positions, int zeroPoint, SignedRows rows,
        ReadOnlySpan<int> channels, ReadOnlySpan<float> target, Span<double> squares, Span<double> dots)
    {
        Check(panels, positions, rows);
        if (channels.Length < rows.Count || squares.Length < rows.Count || dots.Length < rows.Count)
        {
            throw new ArgumentException($"{rows.Count} rows need as many channels, squares and dots.");
        }

        double[] partialBuffer = new double[rows.Sums.Length * 2 * Positions];
        fixed (double* partial = partialBuffer)
        fixed (float* targets = target)
        {
            double* partials = partial;
            float* o = targets;
            int* tile = stackalloc int[Rows * Positions];
            float* tail = stackalloc float[Positions];
            int panelLength = BytePanels.PanelLength(rows.RowLength);
            int panelCount = BytePanels.Panels(positions);
            int atOnce = Math.Max(1, PanelBytesAtOnce / panelLength);
            int* start = stackalloc int[Rows];
            fixed (byte* bytes = panels)
            fixed (sbyte* weights = rows.Bytes)
            {
                for (int block = 0; block < panelCount; block += atOnce)
                {
                    int blockEnd = Math.Min(panelCount, block + atOnce);
                    for (int r = 0; r < rows.Count; r += Rows)
                    {
                        SetStart(start, rows.Sums, r, zeroPoint);
                        int rowsHere = Math.Min(Rows, rows.Count - r);
                        for (int panel = block; panel < blockEnd; panel++)
                        {
                            kernel.Run(bytes + (nint)panel * panelLength, weights + (nint)r * rows.Stride, rows.Stride, panelLength / 64, start, tile);
                            int first = panel * Positions;
                            int valid = Math.Min(Positions, positions - first);
                            for (int i = 0; i < rowsHere; i++)
                            {
                                int offset = checked(channels[r + i] * positions + first);
                                if (offset < 0 || offset + valid > target.Length)
                                {
                                    throw new ArgumentException($"Row {r + i} stands for channel {channels[r + i]}, which the target does not have.", nameof(target));
                                }

                                float* rowTarget = o + offset;
                                if (valid < Positions)
                                {
                                    rowTarget = CopyTail(tail, rowTarget, tile + i * Positions, valid);
                                }

                                AddTile(partials + (r + i) * 2 * Positions, tile + i * Positions, rowTarget);
                            }
                        }
                    }
                }
            }

            for (int r = 0; r < rows.Count; r++)
            {
                squares[r] += PairwiseSum(partials + r * 2 * Positions);
                dots[r] += PairwiseSum(partials + (r * 2 + 1) * Positions);
            }
        }
    }

    /// <summary><c>output[r · positions + p] = acc[r, p]</c>.</summary>
    /// <exception cref="ArgumentException">A buffer is too short, or a row too long.</exception>
    public static void Multiply(
        IntegerProductKernel kernel, ReadOnlySpan<byte> panels, int positions, int zeroPoint, SignedRows rows, Span<int> output)
    {
        Check(panels, positions, rows);
        if (output.Length < rows.Count * positions)
        {
            throw new ArgumentException($"{rows.Count} rows over {positions} positions need as many outputs; there are {output.Length}.", nameof(output));
        }

        int* tile = stackalloc int[Rows * Positions];
        int* start = stackalloc int[Rows];
        int panelLength = BytePanels.PanelLength(rows.RowLength);
        fixed (byte* bytes = panels)
        fixed (sbyte* weights = rows.Bytes)
        {
            for (int r = 0; r < rows.Count; r += Rows)
            {
                SetStart(start, rows.Sums, r, zeroPoint);
                int rowsHere = Math.Min(Rows, rows.Count - r);
                for (int first = 0; first < positions; first += Positions)
                {
                    kernel.Run(bytes + (nint)(first / Positions) * panelLength, weights + (nint)r * rows.Stride, rows.Stride, panelLength / 64, start, tile);
                    int valid = Math.Min(Positions, positions - first);
                    for (int i = 0; i < rowsHere; i++)
                    {
                        new ReadOnlySpan<int>(tile + i * Positions, valid).CopyTo(output[((r + i) * positions + first)..]);
                    }
                }
            }
        }
    }

    private static void Check(ReadOnlySpan<byte> panels, int positions, SignedRows rows)
    {
        if (rows.RowLength > LongestRow)
        {
            throw new ArgumentException($"Rows have {rows.RowLength} elements; beyond {LongestRow} a 32-bit accumulator could overflow.", nameof(rows));
        }

        int expected = BytePanels.ByteLength(positions, rows.RowLength);
        if (panels.Length < expected)
        {
            throw new ArgumentException($"{positions} positions of {rows.RowLength} take {expected} bytes; the panels have {panels.Length}.", nameof(panels));
        }
    }

    private static void SetStart(int* start, ReadOnlySpan<int> sums, int row, int zeroPoint)
    {
        for (int i = 0; i < Rows; i++)
        {
            start[i] = -zeroPoint * sums[row + i];
        }
    }

    // Padding positions count for nothing: their products are set to zero.
    private static float* CopyTail(float* tail, float* target, int* tile, int valid)
    {
        for (int p = 0; p < Positions; p++)
        {
            tail[p] = p < valid ? target[p] : 0;
            tile[p] = p < valid ? tile[p] : 0;
        }

        return tail;
    }

    private static void AddTile(double* partial, int* tile, float* target)
    {
        Vector512<int> acc = Vector512.Load(tile);
        Vector512<float> o = Vector512.Load(target);
        (Vector512<double> accLow, Vector512<double> accHigh) = (ToDouble(acc.GetLower()), ToDouble(acc.GetUpper()));
        (Vector512<double> oLow, Vector512<double> oHigh) = Vector512.Widen(o);
        Vector512.FusedMultiplyAdd(accLow, accLow, Vector512.Load(partial)).Store(partial);
        Vector512.FusedMultiplyAdd(accHigh, accHigh, Vector512.Load(partial + 8)).Store(partial + 8);
        Vector512.FusedMultiplyAdd(accLow, oLow, Vector512.Load(partial + 16)).Store(partial + 16);
        Vector512.FusedMultiplyAdd(accHigh, oHigh, Vector512.Load(partial + 24)).Store(partial + 24);
    }

    private static Vector512<double> ToDouble(Vector256<int> integers) =>
        System.Runtime.Intrinsics.X86.Avx512F.IsSupported
            ? System.Runtime.Intrinsics.X86.Avx512F.ConvertToVector512Double(integers)
            : Vector512.ConvertToDouble(Vector512.Create(Vector256.WidenLower(integers), Vector256.WidenUpper(integers)));

    private static double PairwiseSum(double* partial)
    {
        for (int half = Positions / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                partial[i] += partial[i + half];
            }
        }

        return partial[0];
    }
}
