using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerProducts;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>Tiles of four positions by one panel of sixteen channels, for every instruction set that <typeparamref name="TDot"/> stands for.</summary>
/// <remarks>Eight accumulators, two vectors of weights and one broadcast of 256 bits.</remarks>
internal static unsafe class ConvolutionRowU8S8_4x16k4<TDot>
    where TDot : struct, IDotU8S8
{
    private const int TilePositions = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row)
    {
        for (nint panel = 0; panel < row->Panels; panel++)
        {
            for (nint x = 0; x < row->Positions; x += TilePositions)
            {
                // The last tile of a row shorter than a tile looks at its last position again.
                nint last = row->Positions - 1;
                RunTile(row, panel, x, Math.Min(x + 1, last), Math.Min(x + 2, last), Math.Min(x + 3, last));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile(ConvolutionRow* row, nint panel, nint first, nint second, nint third, nint fourth)
    {
        nint channel = panel * ConvolutionRow.PanelChannels;
        int* start = row->Start + channel;
        sbyte* weights = row->Weights + panel * row->PanelStride;
        Vector256<int> a0 = Vector256.Load(start), b0 = Vector256.Load(start + 8);
        Vector256<int> a1 = a0, b1 = b0, a2 = a0, b2 = b0, a3 = a0, b3 = b0;
        nint stride = row->InputStride;
        byte* input = row->Input + first * stride;
        nint toSecond = (second - first) * stride, toThird = (third - first) * stride, toFourth = (fourth - first) * stride;
        int* offsets = row->Offsets;
        for (nint group = row->Groups; group > 0; group--)
        {
            byte* elements = input + *offsets++;
            Vector256<sbyte> x = Vector256.Load(weights), y = Vector256.Load(weights + 32);
            weights += 64;
            Vector256<byte> e = Vector256.Create(*(int*)elements).AsByte();
            a0 = TDot.Accumulate(a0, e, x);
            b0 = TDot.Accumulate(b0, e, y);
            e = Vector256.Create(*(int*)(elements + toSecond)).AsByte();
            a1 = TDot.Accumulate(a1, e, x);
            b1 = TDot.Accumulate(b1, e, y);
            e = Vector256.Create(*(int*)(elements + toThird)).AsByte();
            a2 = TDot.Accumulate(a2, e, x);
            b2 = TDot.Accumulate(b2, e, y);
            e = Vector256.Create(*(int*)(elements + toFourth)).AsByte();
            a3 = TDot.Accumulate(a3, e, x);
            b3 = TDot.Accumulate(b3, e, y);
        }

        SumStore.One(row, first, channel, a0, b0);
        SumStore.One(row, second, channel, a1, b1);
        SumStore.One(row, third, channel, a2, b2);
        SumStore.One(row, fourth, channel, a3, b3);
    }
}
