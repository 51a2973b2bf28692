using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static EasyQuant.Kernels.IntegerConvolutions.WordSums;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>
/// Seven positions by one or two panels in AVX512BW: products are summed in 16 bits for <see cref="ConvolutionRow.WideningPeriod"/>
/// groups, then widened. n groups cost n + 1 multiplications a vector instead of the 2n of exact products.
/// </summary>
/// <remarks>
/// Fourteen sums of 32 bits stay in registers; for sums of 16 bits only those of four positions are left, so weights are read
/// twice, for positions 0 to 3 and 4 to 6. Letters x and y stand for the panels, s and t for their sums of 16 bits.
/// Weights that lie <c>ahead</c> bytes behind the tile's own are brought nearer.
/// </remarks>
internal static unsafe class WordTile_7x32_Avx512BW<TPanels>
    where TPanels : struct, IPanelCount
{
    private const int GroupBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row, nint firstPosition, nint panel, nint ahead)
    {
        Vector512<int> x0 = Vector512.Load(row->Start + panel * ConvolutionRow.PanelChannels), y0 = default;
        if (TPanels.IsPair)
        {
            y0 = Vector512.Load(row->Start + (panel + 1) * ConvolutionRow.PanelChannels);
        }

        Vector512<int> x1 = x0, x2 = x0, x3 = x0, x4 = x0, x5 = x0, x6 = x0;
        Vector512<int> y1 = y0, y2 = y0, y3 = y0, y4 = y0, y5 = y0, y6 = y0;
        nint stride = row->InputStride, panelStride = row->PanelStride, period = row->WideningPeriod;
        byte* front = row->Input + firstPosition * stride, back = front + 4 * stride;
        sbyte* weights = row->Weights + panel * panelStride;
        int* offsets = row->Offsets;
        for (nint groups = row->Groups; groups > 0; groups -= period)
        {
            nint steps = Math.Min(period, groups);
            Sse.Prefetch1(weights + ahead);
            {
                Vector512<sbyte> v = Vector512.Load(weights), w = TPanels.IsPair ? Vector512.Load(weights + panelStride) : default;
                byte* elements = front + offsets[0];
                Vector512<byte> a = Broadcast512(elements);
                Vector512<short> s0 = Products(a, v), t0 = TPanels.IsPair ? Products(a, w) : default;
                a = Broadcast512(elements + stride);
                Vector512<short> s1 = Products(a, v), t1 = TPanels.IsPair ? Products(a, w) : default;
                a = Broadcast512(elements + 2 * stride);
                Vector512<short> s2 = Products(a, v), t2 = TPanels.IsPair ? Products(a, w) : default;
                a = Broadcast512(elements + 3 * stride);
                Vector512<short> s3 = Products(a, v), t3 = TPanels.IsPair ? Products(a, w) : default;
                for (nint step = 1; step < steps; step++)
                {
                    v = Vector512.Load(weights + step * GroupBytes);
                    w = TPanels.IsPair ? Vector512.Load(weights + panelStride + step * GroupBytes) : default;
                    Sse.Prefetch1(weights + ahead + step * GroupBytes);
                    elements = front + offsets[step];
                    a = Broadcast512(elements);
                    s0 = Add(s0, a, v);
                    t0 = TPanels.IsPair ? Add(t0, a, w) : default;
                    a = Broadcast512(elements + stride);
                    s1 = Add(s1, a, v);
                    t1 = TPanels.IsPair ? Add(t1, a, w) : default;
                    a = Broadcast512(elements + 2 * stride);
                    s2 = Add(s2, a, v);
                    t2 = TPanels.IsPair ? Add(t2, a, w) : default;
                    a = Broadcast512(elements + 3 * stride);
                    s3 = Add(s3, a, v);
                    t3 = TPanels.IsPair ? Add(t3, a, w) : default;
                }

                x0 = Widen(x0, s0);
                y0 = TPanels.IsPair ? Widen(y0, t0) : default;
                x1 = Widen(x1, s1);
                y1 = TPanels.IsPair ? Widen(y1, t1) : default;
                x2 = Widen(x2, s2);
                y2 = TPanels.IsPair ? Widen(y2, t2) : default;
                x3 = Widen(x3, s3);
                y3 = TPanels.IsPair ? Widen(y3, t3) : default;
            }

            {
                Vector512<sbyte> v = Vector512.Load(weights), w = TPanels.IsPair ? Vector512.Load(weights + panelStride) : default;
                byte* elements = back + offsets[0];
                Vector512<byte> a = Broadcast512(elements);
                Vector512<short> s0 = Products(a, v), t0 = TPanels.IsPair ? Products(a, w) : default;
                a = Broadcast512(elements + stride);
                Vector512<short> s1 = Products(a, v), t1 = TPanels.IsPair ? Products(a, w) : default;
                a = Broadcast512(elements + 2 * stride);
                Vector512<short> s2 = Products(a, v), t2 = TPanels.IsPair ? Products(a, w) : default;
                for (nint step = 1; step < steps; step++)
                {
                    v = Vector512.Load(weights + step * GroupBytes);
                    w = TPanels.IsPair ? Vector512.Load(weights + panelStride + step * GroupBytes) : default;
                    elements = back + offsets[step];
                    a = Broadcast512(elements);
                    s0 = Add(s0, a, v);
                    t0 = TPanels.IsPair ? Add(t0, a, w) : default;
                    a = Broadcast512(elements + stride);
                    s1 = Add(s1, a, v);
                    t1 = TPanels.IsPair ? Add(t1, a, w) : default;
                    a = Broadcast512(elements + 2 * stride);
                    s2 = Add(s2, a, v);
                    t2 = TPanels.IsPair ? Add(t2, a, w) : default;
                }

                x4 = Widen(x4, s0);
                y4 = TPanels.IsPair ? Widen(y4, t0) : default;
                x5 = Widen(x5, s1);
                y5 = TPanels.IsPair ? Widen(y5, t1) : default;
                x6 = Widen(x6, s2);
                y6 = TPanels.IsPair ? Widen(y6, t2) : default;
            }

            offsets += steps;
            weights += steps * GroupBytes;
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
}
