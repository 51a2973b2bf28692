using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One position by sixteen channels in operations that every platform has.</summary>
internal static unsafe class AveragePoolingRow_1x16
{
    // 255 times as many still fit 16 bits.
    internal const int WordTaps = 256;

    private const int TileChannels = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AveragePoolingRow* row) => RunFrom(row, 0);

    /// <summary>From a channel on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunFrom(AveragePoolingRow* row, nint firstChannel)
    {
        for (nint x = 0; x < row->Positions; x++)
        {
            for (nint c = firstChannel; c < row->Channels; c += TileChannels)
            {
                RunTile(row, row->Input + x * row->InputStride + c, row->Multipliers[x], row->Output + x * row->OutputStride + c * (row->Grid == null ? sizeof(float) : 1));
            }
        }
    }

    /// <summary>Signed bytes are summed as unsigned ones that are larger by 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (byte Turn, int Start) TurnOf(AveragePoolingRow* row) =>
        row->Signed ? ((byte)0x80, row->Start - 128 * (int)row->Taps) : ((byte)0, row->Start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile(AveragePoolingRow* row, byte* input, float multiplier, byte* output)
    {
        (byte turn, int start) = TurnOf(row);
        Vector128<byte> turned = Vector128.Create(turn);
        Vector128<int> a = Vector128.Create(start), b = a, c = a, d = a;
        int* offsets = row->Offsets;
        for (nint left = row->Taps; left > 0; left -= WordTaps)
        {
            Vector128<ushort> low = Vector128<ushort>.Zero, high = low;
            for (nint tap = Math.Min(left, WordTaps); tap > 0; tap--)
            {
                Vector128<byte> bytes = Vector128.Load(input + *offsets++) ^ turned;
                low += Vector128.WidenLower(bytes);
                high += Vector128.WidenUpper(bytes);
            }

            a += Vector128.WidenLower(low).AsInt32();
            b += Vector128.WidenUpper(low).AsInt32();
            c += Vector128.WidenLower(high).AsInt32();
            d += Vector128.WidenUpper(high).AsInt32();
        }

        Vector128<float> reals0 = Vector128.ConvertToSingle(a) * multiplier, reals1 = Vector128.ConvertToSingle(b) * multiplier;
        Vector128<float> reals2 = Vector128.ConvertToSingle(c) * multiplier, reals3 = Vector128.ConvertToSingle(d) * multiplier;
        if (row->Grid == null)
        {
            reals0.Store((float*)output);
            reals1.Store((float*)output + 4);
            reals2.Store((float*)output + 8);
            reals3.Store((float*)output + 12);
            return;
        }

        Requantization.ToBytes(reals0, reals1, reals2, reals3, row->Grid).Store(output);
    }
}
