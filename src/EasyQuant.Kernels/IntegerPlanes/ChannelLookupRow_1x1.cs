using System.Runtime.CompilerServices;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Byte by byte, some channels at a time: as many as have tables that stay in the first cache.</summary>
internal static unsafe class ChannelLookupRow_1x1
{
    private const int TableLength = 256;
    private const int ChannelsAtATime = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ChannelLookupRow* row)
    {
        for (nint first = 0; first < row->Channels; first += ChannelsAtATime)
        {
            nint end = Math.Min(first + ChannelsAtATime, row->Channels);
            for (nint x = 0; x < row->Positions; x++)
            {
                byte* input = row->Input + x * row->InputStride, output = row->Output + x * row->OutputStride;
                byte* table = row->Tables + first * TableLength;
                for (nint c = first; c < end; c++, table += TableLength)
                {
                    output[c] = table[input[c]];
                }
            }
        }
    }
}
