using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static EasyQuant.Kernels.IntegerConvolutions.WordSums;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>Four positions by one panel in AVX2, summed as in <see cref="WordTile_7x32_Avx512BW{TPanels}"/>, two positions at a time.</summary>
/// <remarks>Eight sums of 32 bits, four of 16 bits, two vectors of weights and two for products fill the sixteen registers.</remarks>
internal static unsafe class WordTile_4x16_Avx2
{
    private const int GroupBytes = 64;
    private const int Half = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row, nint firstPosition, nint panel)
    {
        Vector256<int> x0 = Vector256.Load(row->Start + panel * ConvolutionRow.PanelChannels), y0 = Vector256.Load(row->Start + panel * ConvolutionRow.PanelChannels + 8);
        Vector256<int> x1 = x0, x2 = x0, x3 = x0, y1 = y0, y2 = y0, y3 = y0;
        nint stride = row->InputStride, period = row->WideningPeriod;
        byte* front = row->Input + firstPosition * stride, back = front + 2 * stride;
        sbyte* weights = row->Weights + panel * row->PanelStride;
        int* offsets = row->Offsets;
        for (nint groups = row->Groups; groups > 0; groups -= period)
        {
            nint steps = Math.Min(period, groups);
            {
                Vector256<sbyte> v = Vector256.Load(weights), w = Vector256.Load(weights + Half);
                byte* elements = front + offsets[0];
                Vector256<byte> a = Broadcast256(elements);
                Vector256<short> s0 = Products(a, v), t0 = Products(a, w);
                a = Broadcast256(elements + stride);
                Vector256<short> s1 = Products(a, v), t1 = Products(a, w);
                for (nint step = 1; step < steps; step++)
                {
                    v = Vector256.Load(weights + step * GroupBytes);
                    w = Vector256.Load(weights + step * GroupBytes + Half);
                    elements = front + offsets[step];
                    a = Broadcast256(elements);
                    s0 = Add(s0, a, v);
                    t0 = Add(t0, a, w);
                    a = Broadcast256(elements + stride);
                    s1 = Add(s1, a, v);
                    t1 = Add(t1, a, w);
                }

                x0 = Widen(x0, s0);
                y0 = Widen(y0, t0);
                x1 = Widen(x1, s1);
                y1 = Widen(y1, t1);
            }

            {
                Vector256<sbyte> v = Vector256.Load(weights), w = Vector256.Load(weights + Half);
                byte* elements = back + offsets[0];
                Vector256<byte> a = Broadcast256(elements);
                Vector256<short> s0 = Products(a, v), t0 = Products(a, w);
                a = Broadcast256(elements + stride);
                Vector256<short> s1 = Products(a, v), t1 = Products(a, w);
                for (nint step = 1; step < steps; step++)
                {
                    v = Vector256.Load(weights + step * GroupBytes);
                    w = Vector256.Load(weights + step * GroupBytes + Half);
                    elements = back + offsets[step];
                    a = Broadcast256(elements);
                    s0 = Add(s0, a, v);
                    t0 = Add(t0, a, w);
                    a = Broadcast256(elements + stride);
                    s1 = Add(s1, a, v);
                    t1 = Add(t1, a, w);
                }

                x2 = Widen(x2, s0);
                y2 = Widen(y2, t0);
                x3 = Widen(x3, s1);
                y3 = Widen(y3, t1);
            }

            offsets += steps;
            weights += steps * GroupBytes;
        }

        nint channel = panel * ConvolutionRow.PanelChannels, x = firstPosition;
        SumStore.Two(row, x, x + 1, channel, x0, y0, x1, y1);
        SumStore.Two(row, x + 2, x + 3, channel, x2, y2, x3, y3);
    }
}
