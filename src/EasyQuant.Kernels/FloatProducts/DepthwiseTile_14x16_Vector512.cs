using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>
/// A depthwise convolution of one block of channels, seven accumulators of 16 channels for each run:
/// <c>y[p, c] = clamp((b[c] + Σ_t x[p, t, c] · w[t, c]) · factor[c] + offset[c])</c>.
/// </summary>
/// <remarks>
/// Each segment is a tap of 16 inputs; weights are [tap][16]. Taps are added in their order, one fused multiply-add each, whatever
/// the vector width.
/// </remarks>
internal static unsafe class DepthwiseTile_14x16_Vector512
{
    public static void Run(ConvolutionTile* tile)
    {
        RunHalf(tile, tile->Left, tile->LeftOutput);
        RunHalf(tile, tile->Right, tile->RightOutput);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunHalf(ConvolutionTile* tile, float* input, float* output)
    {
        Vector512<float> y0 = Vector512.Load(tile->Bias), y1 = y0, y2 = y0, y3 = y0, y4 = y0, y5 = y0, y6 = y0;
        float* weights = tile->Weights;
        nint step = tile->PixelStep;
        for (ConvolutionSegment* segment = tile->Segments, end = segment + tile->SegmentCount; segment < end; segment++, weights += 16)
        {
            float* x = input + segment->Offset, third = x + 3 * step;
            Vector512<float> w = Vector512.Load(weights);
            y0 = Vector512.FusedMultiplyAdd(Vector512.Load(x), w, y0);
            y1 = Vector512.FusedMultiplyAdd(Vector512.Load(x + step), w, y1);
            y2 = Vector512.FusedMultiplyAdd(Vector512.Load(x + 2 * step), w, y2);
            y3 = Vector512.FusedMultiplyAdd(Vector512.Load(third), w, y3);
            y4 = Vector512.FusedMultiplyAdd(Vector512.Load(third + step), w, y4);
            y5 = Vector512.FusedMultiplyAdd(Vector512.Load(third + 2 * step), w, y5);
            y6 = Vector512.FusedMultiplyAdd(Vector512.Load(third + 3 * step), w, y6);
        }

        TileEpilogue epilogue = new(tile, 0);
        epilogue.Store(output, y0);
        epilogue.Store(output + 16, y1);
        epilogue.Store(output + 32, y2);
        epilogue.Store(output + 48, y3);
        epilogue.Store(output + 64, y4);
        epilogue.Store(output + 80, y5);
        epilogue.Store(output + 96, y6);
    }
}
