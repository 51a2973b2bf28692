using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>Six tiles by one panel at a time, for every instruction set that <typeparamref name="TDot"/> stands for.</summary>
/// <remarks>Twelve accumulators, two vectors of weights and one broadcast of 256 bits.</remarks>
internal static unsafe class WinogradProduct_6x16<TDot>
    where TDot : struct, IWordDot
{
    /// <summary>Rows of a step; those behind the last are computed too.</summary>
    public const int Rows = 6;

    private const int Row = WinogradTile.ChunkChannels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(WinogradProduct* product)
    {
        for (nint panel = 0; panel < product->Panels; panel++)
        {
            for (nint row = 0; row < product->Rows; row += Rows)
            {
                RunTile(product, row, panel);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile(WinogradProduct* product, nint row, nint panel)
    {
        Vector256<int> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default;
        Vector256<int> a3 = default, b3 = default, a4 = default, b4 = default, a5 = default, b5 = default;
        short* values = product->Values + row * Row;
        short* weights = product->Weights + panel * WinogradFilter.Lanes;
        nint weightStride = product->Panels * WinogradFilter.Lanes;
        for (nint chunk = product->Chunks; chunk > 0; chunk--)
        {
            for (short* end = values + Row; values < end; values += 2, weights += weightStride)
            {
                Vector256<short> x = Vector256.Load(weights), y = Vector256.Load(weights + 16);
                Vector256<short> v = Vector256.Create(*(int*)values).AsInt16();
                a0 = TDot.Accumulate(a0, v, x);
                b0 = TDot.Accumulate(b0, v, y);
                v = Vector256.Create(*(int*)(values + Row)).AsInt16();
                a1 = TDot.Accumulate(a1, v, x);
                b1 = TDot.Accumulate(b1, v, y);
                v = Vector256.Create(*(int*)(values + 2 * Row)).AsInt16();
                a2 = TDot.Accumulate(a2, v, x);
                b2 = TDot.Accumulate(b2, v, y);
                v = Vector256.Create(*(int*)(values + 3 * Row)).AsInt16();
                a3 = TDot.Accumulate(a3, v, x);
                b3 = TDot.Accumulate(b3, v, y);
                v = Vector256.Create(*(int*)(values + 4 * Row)).AsInt16();
                a4 = TDot.Accumulate(a4, v, x);
                b4 = TDot.Accumulate(b4, v, y);
                v = Vector256.Create(*(int*)(values + 5 * Row)).AsInt16();
                a5 = TDot.Accumulate(a5, v, x);
                b5 = TDot.Accumulate(b5, v, y);
            }

            values += product->ChunkStride / sizeof(short) - Row;
        }

        nint sumStride = product->Panels * WinogradTile.PanelChannels;
        int* sums = product->Sums + row * sumStride + panel * WinogradTile.PanelChannels;
        Store(sums, a0, b0);
        Store(sums + sumStride, a1, b1);
        Store(sums + 2 * sumStride, a2, b2);
        Store(sums + 3 * sumStride, a3, b3);
        Store(sums + 4 * sumStride, a4, b4);
        Store(sums + 5 * sumStride, a5, b5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* sums, Vector256<int> a, Vector256<int> b)
    {
        a.Store(sums);
        b.Store(sums + 8);
    }
}
