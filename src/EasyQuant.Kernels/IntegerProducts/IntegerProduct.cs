using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    // Accumulators of six rows over that many positions stay in the first-level cache until they are added up.
    private const int StripPositions = 512;

    /// <summary>
    /// <c>squares[r] += Σ_p acc[r, p]²</c> and <c>dots[r] += Σ_p acc[r, p] · target[channels[r] · positions + p]</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A buffer is too short, or a row too long.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AccumulateStatistics(
        IntegerProductKernel kernel, ReadOnlySpan<byte> panels, int positions, int zeroPoint, SignedRows rows,
        ReadOnlySpan<int> channels, ReadOnlySpan<float> target, Span<double> squares, Span<double> dots)
    {
        Check(panels, positions, rows);
        if (channels.Length < rows.Count || squares.Length < rows.Count || dots.Length < rows.Count)
        {
            throw new ArgumentException($"{rows.Count} rows need as many channels, squares and dots.");
        }

        CheckTarget(channels[..rows.Count], positions, target.Length);
        int panelLength = BytePanels.PanelLength(rows.RowLength);
        int* start = stackalloc int[Rows];
        int* strip = stackalloc int[Rows * StripPositions];
        float* tail = stackalloc float[Positions];
        double* partial = stackalloc double[Rows * 2 * Positions];
        fixed (float* targets = target)
        fixed (byte* bytes = panels)
        fixed (sbyte* weights = rows.Bytes)
        {
            for (int r = 0; r < rows.Count; r += Rows)
            {
                int rowsHere = Math.Min(Rows, rows.Count - r);
                SetStart(start, rows.Sums, r, zeroPoint);
                new Span<double>(partial, Rows * 2 * Positions).Clear();
                for (int first = 0; first < positions; first += StripPositions)
                {
                    int valid = Math.Min(StripPositions, positions - first);
                    for (int p = 0; p < valid; p += Positions)
                    {
                        kernel.Run(
                            bytes + (nint)((first + p) / Positions) * panelLength, weights + (nint)r * rows.Stride, rows.Stride, panelLength / 64,
                            start, strip + p, StripPositions);
                    }

                    for (int i = 0; i < rowsHere; i++)
                    {
                        AddStrip(partial + i * 2 * Positions, strip + i * StripPositions, targets + (long)channels[r + i] * positions + first, valid, tail);
                    }
                }

                for (int i = 0; i < rowsHere; i++)
                {
                    squares[r + i] += PairwiseSum(partial + i * 2 * Positions);
                    dots[r + i] += PairwiseSum(partial + (i * 2 + 1) * Positions);
                }
            }
        }
    }

    /// <summary><c>output[r · positions + p] = acc[r, p]</c>.</summary>
    /// <exception cref="ArgumentException">A buffer is too short, or a row too long.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
                    kernel.Run(bytes + (nint)(first / Positions) * panelLength, weights + (nint)r * rows.Stride, rows.Stride, panelLength / 64, start, tile, Positions);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SetStart(int* start, ReadOnlySpan<int> sums, int row, int zeroPoint)
    {
        for (int i = 0; i < Rows; i++)
        {
            start[i] = -zeroPoint * sums[row + i];
        }
    }

    private static void CheckTarget(ReadOnlySpan<int> channels, int positions, int length)
    {
        foreach (int channel in channels)
        {
            if (channel < 0 || (channel + 1L) * positions > length)
            {
                throw new ArgumentException($"A row stands for channel {channel}; the target has {length} elements for channels of {positions} positions.", nameof(channels));
            }
        }
    }

    // Sums of one row over consecutive positions; what lies beyond the valid ones counts as zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddStrip(double* partial, int* strip, float* target, int valid, float* tail)
    {
        Vector512<double> squaresLow = Vector512.Load(partial), squaresHigh = Vector512.Load(partial + 8);
        Vector512<double> dotsLow = Vector512.Load(partial + 16), dotsHigh = Vector512.Load(partial + 24);
        for (int p = 0; p < valid; p += Positions)
        {
            float* o = target + p;
            int* acc = strip + p;
            if (valid - p < Positions)
            {
                for (int i = 0; i < Positions; i++)
                {
                    tail[i] = i < valid - p ? o[i] : 0;
                    acc[i] = i < valid - p ? acc[i] : 0;
                }

                o = tail;
            }

            Vector512<double> accLow = ToDouble(Vector256.Load(acc)), accHigh = ToDouble(Vector256.Load(acc + 8));
            squaresLow = Vector512.FusedMultiplyAdd(accLow, accLow, squaresLow);
            squaresHigh = Vector512.FusedMultiplyAdd(accHigh, accHigh, squaresHigh);
            dotsLow = Vector512.FusedMultiplyAdd(accLow, ToDouble(Vector256.Load(o)), dotsLow);
            dotsHigh = Vector512.FusedMultiplyAdd(accHigh, ToDouble(Vector256.Load(o + 8)), dotsHigh);
        }

        squaresLow.Store(partial);
        squaresHigh.Store(partial + 8);
        dotsLow.Store(partial + 16);
        dotsHigh.Store(partial + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector256<int> integers) =>
        Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(integers)
            : Vector512.ConvertToDouble(Vector512.Create(Vector256.WidenLower(integers), Vector256.WidenUpper(integers)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector256<float> floats) =>
        Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(floats)
            : Vector512.Create(Vector256.WidenLower(floats), Vector256.WidenUpper(floats));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
