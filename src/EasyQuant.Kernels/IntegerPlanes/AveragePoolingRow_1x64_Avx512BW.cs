using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One position by 64 channels; the rest of the channels, and float outputs, as <see cref="AveragePoolingRow_1x16"/> does.</summary>
internal static unsafe class AveragePoolingRow_1x64_Avx512BW
{
    private const int TileChannels = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AveragePoolingRow* row)
    {
        nint channels = row->Grid == null ? 0 : row->Channels / TileChannels * TileChannels;
        for (nint x = 0; x < row->Positions; x++)
        {
            for (nint c = 0; c < channels; c += TileChannels)
            {
                RunTile(row, row->Input + x * row->InputStride + c, row->Multipliers[x], row->Output + x * row->OutputStride + c);
            }
        }

        AveragePoolingRow_1x16.RunFrom(row, channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile(AveragePoolingRow* row, byte* input, float multiplier, byte* output)
    {
        (byte turn, int start) = AveragePoolingRow_1x16.TurnOf(row);
        Vector512<byte> turned = Vector512.Create(turn), zero = Vector512<byte>.Zero;
        Vector512<int> a = Vector512.Create(start), b = a, c = a, d = a;
        int* offsets = row->Offsets;
        for (nint left = row->Taps; left > 0; left -= AveragePoolingRow_1x16.WordTaps)
        {
            Vector512<ushort> low = Vector512<ushort>.Zero, high = low;
            for (nint tap = Math.Min(left, AveragePoolingRow_1x16.WordTaps); tap > 0; tap--)
            {
                Vector512<byte> bytes = Vector512.Load(input + *offsets++) ^ turned;
                low += Avx512BW.UnpackLow(bytes, zero).AsUInt16();
                high += Avx512BW.UnpackHigh(bytes, zero).AsUInt16();
            }

            a += Avx512BW.UnpackLow(low, zero.AsUInt16()).AsInt32();
            b += Avx512BW.UnpackHigh(low, zero.AsUInt16()).AsInt32();
            c += Avx512BW.UnpackLow(high, zero.AsUInt16()).AsInt32();
            d += Avx512BW.UnpackHigh(high, zero.AsUInt16()).AsInt32();
        }

        Requantization.LanesToBytes(
            Vector512.ConvertToSingle(a) * multiplier, Vector512.ConvertToSingle(b) * multiplier,
            Vector512.ConvertToSingle(c) * multiplier, Vector512.ConvertToSingle(d) * multiplier, row->Grid).Store(output);
    }
}
