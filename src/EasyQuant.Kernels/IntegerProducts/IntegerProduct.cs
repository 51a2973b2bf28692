using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>Products of signed rows with a matrix of unsigned bytes, <c>acc[r, p] = Σ_k W[r, k] · (A[p, k] − z)</c>, exact, and what is made of them.</summary>
/// <remarks>
/// |acc| stays below 2^31 for rows of up to 65,793 elements: <c>255 · 128 · 65,793 &lt; 2^31</c>. Everything runs on the caller's
/// thread. Positions are numbered through all runs. Sums in double precision are made in a fixed order: sixteen partial
/// sums, one for each place in a run modulo 16, added pairwise at the end; every kernel gives the same bits.
/// </remarks>
public static unsafe class IntegerProduct
{
    /// <summary>The longest row for which 32-bit accumulators cannot overflow.</summary>
    public const int LongestRow = int.MaxValue / (255 * 128);

    private const int Rows = ProductStrip.MostRows;
    private const int Lanes = ProductStrip.PanelPositions;
    private const int OutputStride = PositionRuns.StripPositions;

    // Sixteen ones, then sixteen zeros: from 16 − n on, n lanes that count.
    private static readonly int[] s_masks = [.. Enumerable.Repeat(-1, Lanes), .. Enumerable.Repeat(0, Lanes)];

    /// <summary>
    /// <c>squares[r] += Σ_p acc[r, p]²</c> and <c>dots[r] += Σ_p acc[r, p] · target[channels[r] · positions + p]</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A buffer is too short, or a row too long.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AccumulateStatistics(
        IntegerProductKernel kernel, QuadMatrix a, int zeroPoint, SignedRows rows,
        ReadOnlySpan<int> channels, ReadOnlySpan<float> target, Span<double> squares, Span<double> dots)
    {
        Check(a, rows);
        if (channels.Length < rows.Count || squares.Length < rows.Count || dots.Length < rows.Count)
        {
            throw new ArgumentException($"{rows.Count} rows need as many channels, squares and dots.");
        }

        int positions = a.Positions.Count;
        CheckTarget(channels[..rows.Count], positions, target.Length);
        int* start = stackalloc int[Rows];
        int* accumulators = stackalloc int[Rows * OutputStride];
        float* tail = stackalloc float[2 * Lanes];
        double* partial = stackalloc double[Rows * 2 * Lanes];
        fixed (float* targets = target)
        fixed (byte* bytes = a.Bytes)
        fixed (int* offsets = a.Offsets, masks = s_masks)
        fixed (sbyte* weights = rows.Bytes)
        {
            ProductStrip strip = NewStrip(a, offsets, rows, start, accumulators);
            for (int r = 0; r < rows.Count; r += Rows)
            {
                SelectRows(&strip, weights, rows, r, zeroPoint);
                new Span<double>(partial, Rows * 2 * Lanes).Clear();
                foreach (PositionRuns.Strip part in a.Positions.Strips)
                {
                    SelectPositions(&strip, bytes, part);
                    kernel.Run(&strip);
                    ReadOnlySpan<PositionRuns.Run> runs = a.Positions.Runs[part.FirstRun..part.EndRun];
                    for (int i = 0; i < strip.RowCount; i += 2)
                    {
                        // An odd last row is paired with itself; what the pair's second half adds up is not used.
                        int second = Math.Min(i + 1, (int)strip.RowCount - 1);
                        AddStrip(
                            partial + i * 2 * Lanes, accumulators + i * OutputStride - part.Start, (second - i) * OutputStride, runs,
                            targets + (long)channels[r + i] * positions, ((long)channels[r + second] - channels[r + i]) * positions, targets + target.Length, masks, tail);
                    }
                }

                for (int i = 0; i < strip.RowCount; i++)
                {
                    squares[r + i] += PairwiseSum(partial + i * 2 * Lanes);
                    dots[r + i] += PairwiseSum(partial + (i * 2 + 1) * Lanes);
                }
            }
        }
    }

    /// <summary><c>output[r · positions + p] = acc[r, p]</c>.</summary>
    /// <exception cref="ArgumentException">A buffer is too short, or a row too long.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(IntegerProductKernel kernel, QuadMatrix a, int zeroPoint, SignedRows rows, Span<int> output)
    {
        Check(a, rows);
        int positions = a.Positions.Count;
        if (output.Length < (long)rows.Count * positions)
        {
            throw new ArgumentException($"{rows.Count} rows over {positions} positions need as many outputs; there are {output.Length}.", nameof(output));
        }

        int* accumulators = stackalloc int[Rows * OutputStride];
        int* start = stackalloc int[Rows];
        fixed (byte* bytes = a.Bytes)
        fixed (int* offsets = a.Offsets)
        fixed (sbyte* weights = rows.Bytes)
        {
            ProductStrip strip = NewStrip(a, offsets, rows, start, accumulators);
            for (int r = 0; r < rows.Count; r += Rows)
            {
                SelectRows(&strip, weights, rows, r, zeroPoint);
                foreach (PositionRuns.Strip part in a.Positions.Strips)
                {
                    SelectPositions(&strip, bytes, part);
                    kernel.Run(&strip);
                    for (int i = 0; i < strip.RowCount; i++)
                    {
                        foreach (PositionRuns.Run run in a.Positions.Runs[part.FirstRun..part.EndRun])
                        {
                            new ReadOnlySpan<int>(accumulators + i * OutputStride + run.Start - part.Start, run.Length).CopyTo(output[((r + i) * positions + run.Index)..]);
                        }
                    }
                }
            }
        }
    }

    private static ProductStrip NewStrip(QuadMatrix a, int* offsets, SignedRows rows, int* start, int* accumulators) => new()
    {
        Offsets = offsets,
        Groups = a.Offsets.Length,
        RowStride = rows.Stride,
        Start = start,
        Output = accumulators,
        OutputStride = OutputStride,
    };

    private static void SelectRows(ProductStrip* strip, sbyte* weights, SignedRows rows, int first, int zeroPoint)
    {
        strip->Rows = weights + (nint)first * rows.Stride;
        strip->RowCount = Math.Min(Rows, rows.Count - first);
        for (int i = 0; i < Rows; i++)
        {
            strip->Start[i] = -zeroPoint * rows.Sums[first + i];
        }
    }

    private static void SelectPositions(ProductStrip* strip, byte* bytes, PositionRuns.Strip part)
    {
        strip->Base = bytes + 4 * (nint)part.Start;
        strip->PanelCount = (part.Length + Lanes - 1) / Lanes;
    }

    private static void Check(QuadMatrix a, SignedRows rows)
    {
        if (rows.RowLength > LongestRow)
        {
            throw new ArgumentException($"Rows have {rows.RowLength} elements; beyond {LongestRow} a 32-bit accumulator could overflow.", nameof(rows));
        }

        if (rows.Stride != a.RowLength)
        {
            throw new ArgumentException($"Rows have {rows.Stride} elements with their padding, the matrix has {a.RowLength}.", nameof(rows));
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

    // Sums of two rows over the runs of a strip: eight chains of additions, enough to hide their latency. Accumulators are
    // counted from position 0, targets from the first that counts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddStrip(
        double* partial, int* accumulators, nint nextAccumulators, ReadOnlySpan<PositionRuns.Run> runs,
        float* targets, long nextTargets, float* targetsEnd, int* masks, float* tail)
    {
        Vector512<double> squares0 = Vector512.Load(partial), squares1 = Vector512.Load(partial + 8);
        Vector512<double> dots0 = Vector512.Load(partial + 16), dots1 = Vector512.Load(partial + 24);
        Vector512<double> squares2 = Vector512.Load(partial + 32), squares3 = Vector512.Load(partial + 40);
        Vector512<double> dots2 = Vector512.Load(partial + 48), dots3 = Vector512.Load(partial + 56);
        foreach (PositionRuns.Run run in runs)
        {
            int* acc = accumulators + run.Start;
            float* target = targets + run.Index;
            float* otherTarget = target + nextTargets;
            int left = run.Length;
            for (; left >= Lanes; left -= Lanes)
            {
                Vector512<double> x0 = ToDouble(Vector256.Load(acc)), x1 = ToDouble(Vector256.Load(acc + 8));
                Vector512<double> x2 = ToDouble(Vector256.Load(acc + nextAccumulators)), x3 = ToDouble(Vector256.Load(acc + nextAccumulators + 8));
                squares0 = Vector512.FusedMultiplyAdd(x0, x0, squares0);
                squares1 = Vector512.FusedMultiplyAdd(x1, x1, squares1);
                squares2 = Vector512.FusedMultiplyAdd(x2, x2, squares2);
                squares3 = Vector512.FusedMultiplyAdd(x3, x3, squares3);
                dots0 = Vector512.FusedMultiplyAdd(x0, ToDouble(Vector256.Load(target)), dots0);
                dots1 = Vector512.FusedMultiplyAdd(x1, ToDouble(Vector256.Load(target + 8)), dots1);
                dots2 = Vector512.FusedMultiplyAdd(x2, ToDouble(Vector256.Load(otherTarget)), dots2);
                dots3 = Vector512.FusedMultiplyAdd(x3, ToDouble(Vector256.Load(otherTarget + 8)), dots3);
                acc += Lanes;
                target += Lanes;
                otherTarget += Lanes;
            }

            if (left > 0)
            {
                if (target + Lanes > targetsEnd || otherTarget + Lanes > targetsEnd)
                {
                    new ReadOnlySpan<float>(target, left).CopyTo(new Span<float>(tail, Lanes));
                    new ReadOnlySpan<float>(otherTarget, left).CopyTo(new Span<float>(tail + Lanes, Lanes));
                    target = tail;
                    otherTarget = tail + Lanes;
                }

                Vector256<int> low = Vector256.Load(masks + Lanes - left), high = Vector256.Load(masks + Lanes - left + 8);
                Vector512<double> x0 = ToDouble(Vector256.Load(acc) & low), x1 = ToDouble(Vector256.Load(acc + 8) & high);
                Vector512<double> x2 = ToDouble(Vector256.Load(acc + nextAccumulators) & low), x3 = ToDouble(Vector256.Load(acc + nextAccumulators + 8) & high);
                squares0 = Vector512.FusedMultiplyAdd(x0, x0, squares0);
                squares1 = Vector512.FusedMultiplyAdd(x1, x1, squares1);
                squares2 = Vector512.FusedMultiplyAdd(x2, x2, squares2);
                squares3 = Vector512.FusedMultiplyAdd(x3, x3, squares3);
                dots0 = Vector512.FusedMultiplyAdd(x0, ToDouble(Vector256.Load(target) & low.AsSingle()), dots0);
                dots1 = Vector512.FusedMultiplyAdd(x1, ToDouble(Vector256.Load(target + 8) & high.AsSingle()), dots1);
                dots2 = Vector512.FusedMultiplyAdd(x2, ToDouble(Vector256.Load(otherTarget) & low.AsSingle()), dots2);
                dots3 = Vector512.FusedMultiplyAdd(x3, ToDouble(Vector256.Load(otherTarget + 8) & high.AsSingle()), dots3);
            }
        }

        squares0.Store(partial);
        squares1.Store(partial + 8);
        dots0.Store(partial + 16);
        dots1.Store(partial + 24);
        squares2.Store(partial + 32);
        squares3.Store(partial + 40);
        dots2.Store(partial + 48);
        dots3.Store(partial + 56);
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

    // Lane i and lane i + 8, then i and i + 4, and so on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double PairwiseSum(double* partial)
    {
        Vector512<double> eight = Vector512.Load(partial) + Vector512.Load(partial + 8);
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
