using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static EasyQuant.Kernels.IntegerConvolutions.WordSums;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>
/// Seven positions by one or two panels in AVX512BW, exact for all weights: VPMADDWD on even and odd bytes, widened to 16 bits,
/// cannot overflow.
/// </summary>
internal static unsafe class ExactTile_7x32_Avx512BW<TPanels>
    where TPanels : struct, IPanelCount
{
    private const int GroupBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row, nint firstPosition, nint panel)
    {
        Vector512<int> x0 = Vector512.Load(row->Start + panel * ConvolutionRow.PanelChannels), y0 = default;
        if (TPanels.IsPair)
        {
            y0 = Vector512.Load(row->Start + (panel + 1) * ConvolutionRow.PanelChannels);
        }

        Vector512<int> x1 = x0, x2 = x0, x3 = x0, x4 = x0, x5 = x0, x6 = x0;
        Vector512<int> y1 = y0, y2 = y0, y3 = y0, y4 = y0, y5 = y0, y6 = y0;
        nint stride = row->InputStride, panelStride = row->PanelStride;
        byte* front = row->Input + firstPosition * stride;
        sbyte* weights = row->Weights + panel * panelStride;
        int* offsets = row->Offsets;
        for (nint groups = row->Groups; groups > 0; groups--)
        {
            Vector512<short> evenV = Even(weights), oddV = Odd(weights), evenW = default, oddW = default;
            if (TPanels.IsPair)
            {
                evenW = Even(weights + panelStride);
                oddW = Odd(weights + panelStride);
            }

            byte* elements = front + *offsets++;
            weights += GroupBytes;
            Vector512<short> a = Broadcast512(elements).AsInt16();
            Vector512<short> odd = Avx512BW.ShiftRightLogical(a, 8);
            a &= Vector512.Create((short)0x00FF);
            x0 = Accumulate(x0, a, odd, evenV, oddV);
            y0 = TPanels.IsPair ? Accumulate(y0, a, odd, evenW, oddW) : default;
            a = Broadcast512(elements + stride).AsInt16();
            odd = Avx512BW.ShiftRightLogical(a, 8);
            a &= Vector512.Create((short)0x00FF);
            x1 = Accumulate(x1, a, odd, evenV, oddV);
            y1 = TPanels.IsPair ? Accumulate(y1, a, odd, evenW, oddW) : default;
            a = Broadcast512(elements + 2 * stride).AsInt16();
            odd = Avx512BW.ShiftRightLogical(a, 8);
            a &= Vector512.Create((short)0x00FF);
            x2 = Accumulate(x2, a, odd, evenV, oddV);
            y2 = TPanels.IsPair ? Accumulate(y2, a, odd, evenW, oddW) : default;
            a = Broadcast512(elements + 3 * stride).AsInt16();
            odd = Avx512BW.ShiftRightLogical(a, 8);
            a &= Vector512.Create((short)0x00FF);
            x3 = Accumulate(x3, a, odd, evenV, oddV);
            y3 = TPanels.IsPair ? Accumulate(y3, a, odd, evenW, oddW) : default;
            elements += 4 * stride;
            a = Broadcast512(elements).AsInt16();
            odd = Avx512BW.ShiftRightLogical(a, 8);
            a &= Vector512.Create((short)0x00FF);
            x4 = Accumulate(x4, a, odd, evenV, oddV);
            y4 = TPanels.IsPair ? Accumulate(y4, a, odd, evenW, oddW) : default;
            a = Broadcast512(elements + stride).AsInt16();
            odd = Avx512BW.ShiftRightLogical(a, 8);
            a &= Vector512.Create((short)0x00FF);
            x5 = Accumulate(x5, a, odd, evenV, oddV);
            y5 = TPanels.IsPair ? Accumulate(y5, a, odd, evenW, oddW) : default;
            a = Broadcast512(elements + 2 * stride).AsInt16();
            odd = Avx512BW.ShiftRightLogical(a, 8);
            a &= Vector512.Create((short)0x00FF);
            x6 = Accumulate(x6, a, odd, evenV, oddV);
            y6 = TPanels.IsPair ? Accumulate(y6, a, odd, evenW, oddW) : default;
        }

        nint channel = panel * ConvolutionRow.PanelChannels, x = firstPosition;
        if (TPanels.IsPair)
        {
            SumStore.TwoPairs(row, x, x + 1, channel, x0, y0, x1, y1);
            SumStore.TwoPairs(row, x + 2, x + 3, channel, x2, y2, x3, y3);
            SumStore.TwoPairs(row, x + 4, x + 5, channel, x4, y4, x5, y5);
            SumStore.TwoPairs(row, x + 6, x + 6, channel, x6, y6, x6, y6);
        }
        else
        {
            SumStore.Four(row, x, x + 1, x + 2, x + 3, channel, x0, x1, x2, x3);
            SumStore.Four(row, x + 4, x + 5, x + 6, x + 6, channel, x4, x5, x6, x6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Even(sbyte* weights) => Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(Vector512.Load((short*)weights), 8), 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Odd(sbyte* weights) => Avx512BW.ShiftRightArithmetic(Vector512.Load((short*)weights), 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Accumulate(Vector512<int> sum, Vector512<short> even, Vector512<short> odd, Vector512<short> evenWeights, Vector512<short> oddWeights) =>
        Avx512F.Add(sum, Avx512F.Add(Avx512BW.MultiplyAddAdjacent(even, evenWeights), Avx512BW.MultiplyAddAdjacent(odd, oddWeights)));
}
