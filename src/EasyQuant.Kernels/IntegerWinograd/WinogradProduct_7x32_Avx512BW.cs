using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>VPMADDWD and an addition over 512 bits: seven tiles by two panels at a time.</summary>
/// <remarks>A single panel is multiplied and stored twice, to the same place.</remarks>
internal static unsafe class WinogradProduct_7x32_Avx512BW
{
    /// <summary>Rows of a step; those behind the last are computed too.</summary>
    public const int Rows = 7;

    private const int Row = WinogradTile.ChunkChannels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(WinogradProduct* product)
    {
        for (nint row = 0; row < product->Rows; row += Rows)
        {
            RunTile(product, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile(WinogradProduct* product, nint row)
    {
        Vector512<int> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default, a3 = default, b3 = default;
        Vector512<int> a4 = default, b4 = default, a5 = default, b5 = default, a6 = default, b6 = default;
        short* values = product->Values + row * Row;
        short* weights = product->Weights;
        nint second = (product->Panels - 1) * WinogradFilter.Lanes;
        for (nint chunk = product->Chunks; chunk > 0; chunk--)
        {
            for (short* end = values + Row; values < end; values += 2, weights += second + WinogradFilter.Lanes)
            {
                Vector512<short> x = Vector512.Load(weights), y = Vector512.Load(weights + second);
                Vector512<short> v = Vector512.Create(*(int*)values).AsInt16();
                a0 += Avx512BW.MultiplyAddAdjacent(v, x);
                b0 += Avx512BW.MultiplyAddAdjacent(v, y);
                v = Vector512.Create(*(int*)(values + Row)).AsInt16();
                a1 += Avx512BW.MultiplyAddAdjacent(v, x);
                b1 += Avx512BW.MultiplyAddAdjacent(v, y);
                v = Vector512.Create(*(int*)(values + 2 * Row)).AsInt16();
                a2 += Avx512BW.MultiplyAddAdjacent(v, x);
                b2 += Avx512BW.MultiplyAddAdjacent(v, y);
                v = Vector512.Create(*(int*)(values + 3 * Row)).AsInt16();
                a3 += Avx512BW.MultiplyAddAdjacent(v, x);
                b3 += Avx512BW.MultiplyAddAdjacent(v, y);
                v = Vector512.Create(*(int*)(values + 4 * Row)).AsInt16();
                a4 += Avx512BW.MultiplyAddAdjacent(v, x);
                b4 += Avx512BW.MultiplyAddAdjacent(v, y);
                v = Vector512.Create(*(int*)(values + 5 * Row)).AsInt16();
                a5 += Avx512BW.MultiplyAddAdjacent(v, x);
                b5 += Avx512BW.MultiplyAddAdjacent(v, y);
                v = Vector512.Create(*(int*)(values + 6 * Row)).AsInt16();
                a6 += Avx512BW.MultiplyAddAdjacent(v, x);
                b6 += Avx512BW.MultiplyAddAdjacent(v, y);
            }

            values += product->ChunkStride / sizeof(short) - Row;
        }

        nint other = (product->Panels - 1) * WinogradTile.PanelChannels;
        nint stride = other + WinogradTile.PanelChannels;
        int* sums = product->Sums + row * stride;
        Store(sums, other, a0, b0);
        Store(sums + stride, other, a1, b1);
        Store(sums + 2 * stride, other, a2, b2);
        Store(sums + 3 * stride, other, a3, b3);
        Store(sums + 4 * stride, other, a4, b4);
        Store(sums + 5 * stride, other, a5, b5);
        Store(sums + 6 * stride, other, a6, b6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* sums, nint other, Vector512<int> a, Vector512<int> b)
    {
        b.Store(sums + other);
        a.Store(sums);
    }
}
