using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Seven accumulators of eight floats at a time: one run of pixels times eight output channels, for processors with sixteen registers.</summary>
internal static unsafe class ConvolutionTile_14x32_Vector256
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionTile* tile)
    {
        for (int channel = 0; channel < tile->Blocks * ConvolutionTile.Block; channel += 8)
        {
            nint target = channel % ConvolutionTile.Block + (channel < ConvolutionTile.Block ? 0 : tile->BlockStep);
            RunEighth(tile, channel, tile->Left, tile->LeftOutput + target);
            RunEighth(tile, channel, tile->Right, tile->RightOutput + target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunEighth(ConvolutionTile* tile, int channel, float* input, float* output)
    {
        Vector256<float> y0 = Vector256.Load(tile->Bias + channel), y1 = y0, y2 = y0, y3 = y0, y4 = y0, y5 = y0, y6 = y0;
        float* weights = tile->Weights + channel;
        nint row = tile->Blocks * ConvolutionTile.Block;
        nint step = tile->PixelStep;
        for (ConvolutionSegment* segment = tile->Segments, end = segment + tile->SegmentCount; segment < end; segment++)
        {
            float* x = input + segment->Offset, third = x + 3 * step, sixth = third + 3 * step;
            for (nint k = segment->Length; k > 0; k--)
            {
                Vector256<float> w = Vector256.Load(weights);
                weights += row;
                y0 = Vector256.FusedMultiplyAdd(Vector256.Create(*x), w, y0);
                y1 = Vector256.FusedMultiplyAdd(Vector256.Create(*(x + step)), w, y1);
                y2 = Vector256.FusedMultiplyAdd(Vector256.Create(*(x + 2 * step)), w, y2);
                y3 = Vector256.FusedMultiplyAdd(Vector256.Create(*third), w, y3);
                y4 = Vector256.FusedMultiplyAdd(Vector256.Create(*(third + step)), w, y4);
                y5 = Vector256.FusedMultiplyAdd(Vector256.Create(*(third + 2 * step)), w, y5);
                y6 = Vector256.FusedMultiplyAdd(Vector256.Create(*sixth), w, y6);
                x++;
                third++;
                sixth++;
            }
        }

        Store(tile, channel, output, y0);
        Store(tile, channel, output + 16, y1);
        Store(tile, channel, output + 32, y2);
        Store(tile, channel, output + 48, y3);
        Store(tile, channel, output + 64, y4);
        Store(tile, channel, output + 80, y5);
        Store(tile, channel, output + 96, y6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ConvolutionTile* tile, int channel, float* target, Vector256<float> sum)
    {
        if (tile->Factor != null)
        {
            sum = sum * Vector256.Load(tile->Factor + channel) + Vector256.Load(tile->Offset + channel);
        }

        // With the sum on the right NaN goes through.
        Vector256.MinNative(Vector256.Create(tile->High), Vector256.MaxNative(Vector256.Create(tile->Low), sum)).Store(target);
    }
}
