using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// Six rows of signed weights against a panel of sixteen positions of unsigned bytes:
/// <c>tile[i · stride + p] = start[i] + Σ_k W[i, k] · A[p, k]</c>.
/// </summary>
/// <remarks>
/// A group of four k is sixteen positions with four bytes each, somewhere; a row is plain bytes. Lanes are positions, so
/// rows need no packing and what follows runs along positions too. Twelve accumulators, two vectors of the panel and one
/// broadcast fill fifteen of the sixteen registers.
/// </remarks>
internal static unsafe class ProductTileU8S8_6x16k4<TDot>
    where TDot : struct, IDotU8S8
{
    private const int Rows = 6;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ProductStrip* strip)
    {
        for (nint row = 0; row < strip->RowCount; row += Rows)
        {
            for (nint panel = 0; panel < strip->PanelCount; panel++)
            {
                RunTile(
                    strip->Base + panel * (4 * ProductStrip.PanelPositions), strip->Offsets, strip->Groups, strip->Rows + row * strip->RowStride, strip->RowStride,
                    strip->Start + row, strip->Output + row * strip->OutputStride + panel * ProductStrip.PanelPositions, strip->OutputStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile(byte* panel, int* offsets, nint groups, sbyte* rows, nint rowStride, int* start, int* tile, nint stride)
    {
        sbyte* r0 = rows;
        sbyte* r1 = r0 + rowStride;
        sbyte* r2 = r1 + rowStride;
        sbyte* r3 = r2 + rowStride;
        sbyte* r4 = r3 + rowStride;
        sbyte* r5 = r4 + rowStride;
        Vector256<int> a0 = Vector256.Create(start[0]), b0 = a0;
        Vector256<int> a1 = Vector256.Create(start[1]), b1 = a1;
        Vector256<int> a2 = Vector256.Create(start[2]), b2 = a2;
        Vector256<int> a3 = Vector256.Create(start[3]), b3 = a3;
        Vector256<int> a4 = Vector256.Create(start[4]), b4 = a4;
        Vector256<int> a5 = Vector256.Create(start[5]), b5 = a5;
        for (nint k = 0; k < 4 * groups; k += 4)
        {
            byte* group = panel + *offsets++;
            Vector256<byte> x = Vector256.Load(group);
            Vector256<byte> y = Vector256.Load(group + 32);
            Vector256<sbyte> w = Vector256.Create(*(int*)(r0 + k)).AsSByte();
            a0 = TDot.Accumulate(a0, x, w);
            b0 = TDot.Accumulate(b0, y, w);
            w = Vector256.Create(*(int*)(r1 + k)).AsSByte();
            a1 = TDot.Accumulate(a1, x, w);
            b1 = TDot.Accumulate(b1, y, w);
            w = Vector256.Create(*(int*)(r2 + k)).AsSByte();
            a2 = TDot.Accumulate(a2, x, w);
            b2 = TDot.Accumulate(b2, y, w);
            w = Vector256.Create(*(int*)(r3 + k)).AsSByte();
            a3 = TDot.Accumulate(a3, x, w);
            b3 = TDot.Accumulate(b3, y, w);
            w = Vector256.Create(*(int*)(r4 + k)).AsSByte();
            a4 = TDot.Accumulate(a4, x, w);
            b4 = TDot.Accumulate(b4, y, w);
            w = Vector256.Create(*(int*)(r5 + k)).AsSByte();
            a5 = TDot.Accumulate(a5, x, w);
            b5 = TDot.Accumulate(b5, y, w);
        }

        a0.Store(tile);
        b0.Store(tile + 8);
        a1.Store(tile + stride);
        b1.Store(tile + stride + 8);
        a2.Store(tile + 2 * stride);
        b2.Store(tile + 2 * stride + 8);
        a3.Store(tile + 3 * stride);
        b3.Store(tile + 3 * stride + 8);
        a4.Store(tile + 4 * stride);
        b4.Store(tile + 4 * stride + 8);
        a5.Store(tile + 5 * stride);
        b5.Store(tile + 5 * stride + 8);
    }
}
