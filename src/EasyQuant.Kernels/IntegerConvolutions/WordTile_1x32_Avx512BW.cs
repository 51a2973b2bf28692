using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static EasyQuant.Kernels.IntegerConvolutions.WordSums;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>One position by one or two panels, summed as in <see cref="WordTile_7x32_Avx512BW{TPanels}"/>: what matrix products of one row consist of.</summary>
internal static unsafe class WordTile_1x32_Avx512BW<TPanels>
    where TPanels : struct, IPanelCount
{
    private const int GroupBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row, nint position, nint panel)
    {
        Vector512<int> x = Vector512.Load(row->Start + panel * ConvolutionRow.PanelChannels), y = default;
        if (TPanels.IsPair)
        {
            y = Vector512.Load(row->Start + (panel + 1) * ConvolutionRow.PanelChannels);
        }

        nint panelStride = row->PanelStride, period = row->WideningPeriod;
        byte* input = row->Input + position * row->InputStride;
        sbyte* weights = row->Weights + panel * panelStride;
        int* offsets = row->Offsets;
        for (nint groups = row->Groups; groups > 0; groups -= period)
        {
            Vector512<short> s = Vector512<short>.Zero, t = Vector512<short>.Zero;
            for (nint step = Math.Min(period, groups); step > 0; step--)
            {
                Vector512<byte> a = Broadcast512(input + *offsets++);
                s = Add(s, a, Vector512.Load(weights));
                t = TPanels.IsPair ? Add(t, a, Vector512.Load(weights + panelStride)) : default;
                weights += GroupBytes;
            }

            x = Widen(x, s);
            y = TPanels.IsPair ? Widen(y, t) : default;
        }

        nint channel = panel * ConvolutionRow.PanelChannels;
        if (TPanels.IsPair)
        {
            SumStore.TwoPairs(row, position, position, channel, x, y, x, y);
        }
        else
        {
            SumStore.Four(row, position, position, position, position, channel, x, x, x, x);
        }
    }
}
