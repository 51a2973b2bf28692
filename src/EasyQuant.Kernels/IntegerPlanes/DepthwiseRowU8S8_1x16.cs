using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One position by sixteen channels in operations that every platform has.</summary>
internal static unsafe class DepthwiseRowU8S8_1x16
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(DepthwiseRow* row)
    {
        byte* parameters = row->Parameters;
        for (nint c = 0; c < row->Channels; c += DepthwiseRow.ChannelMultiple)
        {
            for (nint x = 0; x < row->Positions; x++)
            {
                RunTile(row, row->Input + x * row->InputStride + c, parameters, row->Output + x * row->OutputStride + c);
            }

            parameters += DepthwiseLayout.BlockBytes(DepthwiseRow.ChannelMultiple, row->OffsetCount, sizeof(short));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile(DepthwiseRow* row, byte* input, byte* parameters, byte* output)
    {
        int* start = (int*)parameters;
        float* multipliers = (float*)(start + DepthwiseRow.ChannelMultiple);
        short* weights = (short*)(multipliers + DepthwiseRow.ChannelMultiple);
        Vector128<int> a = Vector128.Load(start), b = Vector128.Load(start + 4), c = Vector128.Load(start + 8), d = Vector128.Load(start + 12);
        int* offsets = row->Offsets;
        for (nint tap = row->OffsetCount; tap > 0; tap--)
        {
            // A product fits 16 bits: at most 255 · 128.
            Vector128<byte> bytes = Vector128.Load(input + *offsets++);
            Vector128<short> low = Vector128.WidenLower(bytes).AsInt16() * Vector128.Load(weights);
            Vector128<short> high = Vector128.WidenUpper(bytes).AsInt16() * Vector128.Load(weights + 8);
            a += Vector128.WidenLower(low);
            b += Vector128.WidenUpper(low);
            c += Vector128.WidenLower(high);
            d += Vector128.WidenUpper(high);
            weights += DepthwiseRow.ChannelMultiple;
        }

        Requantization.ToBytes(
            Vector128.ConvertToSingle(a) * Vector128.Load(multipliers), Vector128.ConvertToSingle(b) * Vector128.Load(multipliers + 4),
            Vector128.ConvertToSingle(c) * Vector128.Load(multipliers + 8), Vector128.ConvertToSingle(d) * Vector128.Load(multipliers + 12),
            row->Grid).Store(output);
    }
}
