using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>The transforms of patches and tiles, in vectors along the channels.</summary>
internal static unsafe class WinogradTransforms<TVectors, TWords, TSums>
    where TVectors : struct, IWinogradVectors<TWords, TSums>
    where TWords : unmanaged
    where TSums : unmanaged
{
    private const int PairBytes = WinogradFilter.Taps * WinogradFilter.Lanes;
    private const int PrefetchDistance = 8 * PairBytes;

    // Rows 1 to 4 of Bᵀ D need rows 1 to 4 of D only, and rows 0 and 5 come in a pair: never more than 24 vectors are kept.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransformInput(WinogradInput* patch)
    {
        nint step = patch->FrequencyStride;
        nint row = WinogradTile.Inputs * step;
        for (nint chunk = 0; chunk < patch->Chunks; chunk++)
        {
            for (nint word = 0; word < WinogradTile.ChunkChannels; word += TVectors.Words)
            {
                byte* input = patch->Input + chunk * WinogradTile.ChunkChannels + word;
                short* values = patch->Values + chunk * patch->ChunkStride + word;
                MiddleColumn(patch, input, 0, out TWords a0, out TWords b0, out TWords c0, out TWords d0);
                MiddleColumn(patch, input, 1, out TWords a1, out TWords b1, out TWords c1, out TWords d1);
                MiddleColumn(patch, input, 2, out TWords a2, out TWords b2, out TWords c2, out TWords d2);
                MiddleColumn(patch, input, 3, out TWords a3, out TWords b3, out TWords c3, out TWords d3);
                MiddleColumn(patch, input, 4, out TWords a4, out TWords b4, out TWords c4, out TWords d4);
                MiddleColumn(patch, input, 5, out TWords a5, out TWords b5, out TWords c5, out TWords d5);
                StoreRow(a0, a1, a2, a3, a4, a5, values + row, step);
                StoreRow(b0, b1, b2, b3, b4, b5, values + 2 * row, step);
                StoreRow(c0, c1, c2, c3, c4, c5, values + 3 * row, step);
                StoreRow(d0, d1, d2, d3, d4, d5, values + 4 * row, step);
                OuterColumn(patch, input, 0, out a0, out b0);
                OuterColumn(patch, input, 1, out a1, out b1);
                OuterColumn(patch, input, 2, out a2, out b2);
                OuterColumn(patch, input, 3, out a3, out b3);
                OuterColumn(patch, input, 4, out a4, out b4);
                OuterColumn(patch, input, 5, out a5, out b5);
                StoreRow(a0, a1, a2, a3, a4, a5, values, step);
                StoreRow(b0, b1, b2, b3, b4, b5, values + 5 * row, step);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransformWeights(WinogradFilter* filter)
    {
        nint step = filter->FrequencyStride;
        short* values = filter->Values;
        for (nint pair = 0; pair < filter->Pairs; pair++)
        {
            sbyte* taps = filter->Weights + pair * PairBytes;
            for (nint panel = 0; panel < filter->Panels; panel++, taps += filter->PanelStride)
            {
                Prefetch(taps + PrefetchDistance);
                for (nint lane = 0; lane < WinogradFilter.Lanes; lane += TVectors.Words, values += TVectors.Words)
                {
                    ExpandColumn(taps + lane, out TWords a0, out TWords b0, out TWords c0, out TWords d0, out TWords e0, out TWords f0);
                    ExpandColumn(taps + lane + WinogradFilter.Lanes, out TWords a1, out TWords b1, out TWords c1, out TWords d1, out TWords e1, out TWords f1);
                    ExpandColumn(taps + lane + 2 * WinogradFilter.Lanes, out TWords a2, out TWords b2, out TWords c2, out TWords d2, out TWords e2, out TWords f2);
                    ExpandRow(a0, a1, a2, values, step);
                    ExpandRow(b0, b1, b2, values + 6 * step, step);
                    ExpandRow(c0, c1, c2, values + 12 * step, step);
                    ExpandRow(d0, d1, d2, values + 18 * step, step);
                    ExpandRow(e0, e1, e2, values + 24 * step, step);
                    ExpandRow(f0, f1, f2, values + 30 * step, step);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransformOutput(WinogradOutput* tile)
    {
        nint step = tile->FrequencyStride;
        nint row = WinogradTile.Inputs * step;
        for (nint channel = 0; channel < tile->Channels; channel += TVectors.Words / 2)
        {
            int* sums = tile->Sums + channel;
            LoadColumn(sums, row, out TSums a0, out TSums b0, out TSums c0, out TSums d0);
            LoadColumn(sums + step, row, out TSums a1, out TSums b1, out TSums c1, out TSums d1);
            LoadColumn(sums + 2 * step, row, out TSums a2, out TSums b2, out TSums c2, out TSums d2);
            LoadColumn(sums + 3 * step, row, out TSums a3, out TSums b3, out TSums c3, out TSums d3);
            LoadColumn(sums + 4 * step, row, out TSums a4, out TSums b4, out TSums c4, out TSums d4);
            LoadColumn(sums + 5 * step, row, out TSums a5, out TSums b5, out TSums c5, out TSums d5);
            FinishRow(tile, channel, 0, a0, a1, a2, a3, a4, a5);
            if (tile->Height > 1)
            {
                FinishRow(tile, channel, 1, b0, b1, b2, b3, b4, b5);
            }

            if (tile->Height > 2)
            {
                FinishRow(tile, channel, 2, c0, c1, c2, c3, c4, c5);
            }

            if (tile->Height > 3)
            {
                FinishRow(tile, channel, 3, d0, d1, d2, d3, d4, d5);
            }
        }
    }

    // Weights come from memory, once in a run; beside 36 streams of stores the processor does not fetch them ahead by itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(sbyte* taps)
    {
        if (Sse.IsSupported)
        {
            for (int line = 0; line < PairBytes; line += 64)
            {
                Sse.Prefetch0(taps + line);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MiddleColumn(WinogradInput* patch, byte* input, int column, out TWords a, out TWords b, out TWords c, out TWords d)
    {
        input += patch->Columns[column];
        Middle(
            TVectors.Widen(input + patch->Rows[1]), TVectors.Widen(input + patch->Rows[2]), TVectors.Widen(input + patch->Rows[3]),
            TVectors.Widen(input + patch->Rows[4]), out a, out b, out c, out d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OuterColumn(WinogradInput* patch, byte* input, int column, out TWords first, out TWords last)
    {
        input += patch->Columns[column];
        Outer(
            TVectors.Widen(input + patch->Rows[0]), TVectors.Widen(input + patch->Rows[1]), TVectors.Widen(input + patch->Rows[2]),
            TVectors.Widen(input + patch->Rows[3]), TVectors.Widen(input + patch->Rows[4]), TVectors.Widen(input + patch->Rows[5]), out first, out last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(TWords d0, TWords d1, TWords d2, TWords d3, TWords d4, TWords d5, short* values, nint step)
    {
        Middle(d1, d2, d3, d4, out TWords v1, out TWords v2, out TWords v3, out TWords v4);
        Outer(d0, d1, d2, d3, d4, d5, out TWords v0, out TWords v5);
        TVectors.Store(v0, values);
        TVectors.Store(v1, values + step);
        TVectors.Store(v2, values + 2 * step);
        TVectors.Store(v3, values + 3 * step);
        TVectors.Store(v4, values + 4 * step);
        TVectors.Store(v5, values + 5 * step);
    }

    // Rows (0 −4 −4 1 1 0), (0 4 −4 −1 1 0), (0 −2 −1 2 1 0) and (0 2 −1 −2 1 0) of Bᵀ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Middle(TWords d1, TWords d2, TWords d3, TWords d4, out TWords a, out TWords b, out TWords c, out TWords d)
    {
        TWords even = TVectors.Subtract(d4, TVectors.Quadruple(d2)), odd = TVectors.Subtract(d3, TVectors.Quadruple(d1));
        a = TVectors.Add(even, odd);
        b = TVectors.Subtract(even, odd);
        even = TVectors.Subtract(d4, d2);
        odd = TVectors.Subtract(d3, d1);
        odd = TVectors.Add(odd, odd);
        c = TVectors.Add(even, odd);
        d = TVectors.Subtract(even, odd);
    }

    // Rows (4 0 −5 0 1 0) and (0 4 0 −5 0 1) of Bᵀ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Outer(TWords d0, TWords d1, TWords d2, TWords d3, TWords d4, TWords d5, out TWords first, out TWords last)
    {
        first = TVectors.Add(TVectors.Quadruple(TVectors.Subtract(d0, d2)), TVectors.Subtract(d4, d2));
        last = TVectors.Add(TVectors.Quadruple(TVectors.Subtract(d1, d3)), TVectors.Subtract(d5, d3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExpandColumn(sbyte* taps, out TWords a, out TWords b, out TWords c, out TWords d, out TWords e, out TWords f) => Expand(
        TVectors.WidenSigned(taps), TVectors.WidenSigned(taps + 3 * WinogradFilter.Lanes), TVectors.WidenSigned(taps + 6 * WinogradFilter.Lanes),
        out a, out b, out c, out d, out e, out f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExpandRow(TWords w0, TWords w1, TWords w2, short* values, nint step)
    {
        Expand(w0, w1, w2, out TWords a, out TWords b, out TWords c, out TWords d, out TWords e, out TWords f);
        TVectors.Store(a, values);
        TVectors.Store(b, values + step);
        TVectors.Store(c, values + 2 * step);
        TVectors.Store(d, values + 3 * step);
        TVectors.Store(e, values + 4 * step);
        TVectors.Store(f, values + 5 * step);
    }

    // G: rows (6 0 0), (4 4 4), (4 −4 4), (1 2 4), (1 −2 4) and (0 0 6).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand(TWords w0, TWords w1, TWords w2, out TWords a, out TWords b, out TWords c, out TWords d, out TWords e, out TWords f)
    {
        a = TVectors.Sextuple(w0);
        TWords outer = TVectors.Quadruple(TVectors.Add(w0, w2)), inner = TVectors.Quadruple(w1);
        b = TVectors.Add(outer, inner);
        c = TVectors.Subtract(outer, inner);
        outer = TVectors.Add(w0, TVectors.Quadruple(w2));
        inner = TVectors.Add(w1, w1);
        d = TVectors.Add(outer, inner);
        e = TVectors.Subtract(outer, inner);
        f = TVectors.Sextuple(w2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadColumn(int* sums, nint row, out TSums a, out TSums b, out TSums c, out TSums d) => Gather(
        TVectors.Load(sums), TVectors.Load(sums + row), TVectors.Load(sums + 2 * row), TVectors.Load(sums + 3 * row), TVectors.Load(sums + 4 * row),
        TVectors.Load(sums + 5 * row), out a, out b, out c, out d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishRow(WinogradOutput* tile, nint channel, int row, TSums m0, TSums m1, TSums m2, TSums m3, TSums m4, TSums m5)
    {
        Gather(m0, m1, m2, m3, m4, m5, out TSums a, out TSums b, out TSums c, out TSums d);
        TVectors.Finish(tile, channel, row, a, b, c, d);
    }

    // Aᵀ: rows (1 −1 −1 1 1 0), (0 −1 1 2 −2 0), (0 −1 −1 4 4 0) and (0 −1 1 8 −8 4). Two rows of G have the other sign than usual,
    // and the last one is four times smaller than the others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather(TSums m0, TSums m1, TSums m2, TSums m3, TSums m4, TSums m5, out TSums a, out TSums b, out TSums c, out TSums d)
    {
        TSums even = TVectors.Add(m1, m2), odd = TVectors.Subtract(m1, m2), evenFar = TVectors.Add(m3, m4), oddFar = TVectors.Subtract(m3, m4);
        oddFar = TVectors.Add(oddFar, oddFar);
        a = TVectors.Add(TVectors.Subtract(m0, even), evenFar);
        b = TVectors.Subtract(oddFar, odd);
        c = TVectors.Subtract(TVectors.Quadruple(evenFar), even);
        d = TVectors.Subtract(TVectors.Quadruple(TVectors.Add(oddFar, m5)), odd);
    }
}
