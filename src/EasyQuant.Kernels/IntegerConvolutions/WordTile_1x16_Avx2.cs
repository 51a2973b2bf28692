using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static EasyQuant.Kernels.IntegerConvolutions.WordSums;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>One position by one panel, summed as in <see cref="WordTile_4x16_Avx2"/>: what matrix products of one row consist of.</summary>
internal static unsafe class WordTile_1x16_Avx2
{
    private const int GroupBytes = 64;
    private const int Half = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row, nint position, nint panel)
    {
        nint channel = panel * ConvolutionRow.PanelChannels, period = row->WideningPeriod;
        Vector256<int> x = Vector256.Load(row->Start + channel), y = Vector256.Load(row->Start + channel + 8);
        byte* input = row->Input + position * row->InputStride;
        sbyte* weights = row->Weights + panel * row->PanelStride;
        int* offsets = row->Offsets;
        for (nint groups = row->Groups; groups > 0; groups -= period)
        {
            Vector256<short> s = Vector256<short>.Zero, t = Vector256<short>.Zero;
            for (nint step = Math.Min(period, groups); step > 0; step--)
            {
                Vector256<byte> a = Broadcast256(input + *offsets++);
                s = Add(s, a, Vector256.Load(weights));
                t = Add(t, a, Vector256.Load(weights + Half));
                weights += GroupBytes;
            }

            x = Widen(x, s);
            y = Widen(y, t);
        }

        SumStore.One(row, position, channel, x, y);
    }
}
