using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Fourteen accumulators of sixteen floats: two runs of seven pixels times 16 output channels, for a last block without a neighbour.</summary>
internal static unsafe class ConvolutionTile_14x16_Vector512
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionTile* tile)
    {
        Vector512<float> l0 = Vector512.Load(tile->Bias), l1 = l0, l2 = l0, l3 = l0, l4 = l0, l5 = l0, l6 = l0;
        Vector512<float> r0 = l0, r1 = l0, r2 = l0, r3 = l0, r4 = l0, r5 = l0, r6 = l0;
        float* weights = tile->Weights;
        nint step = tile->PixelStep;
        for (ConvolutionSegment* segment = tile->Segments, end = segment + tile->SegmentCount; segment < end; segment++)
        {
            // Three addresses a run: the pixels between them are one or two steps further.
            float* l = tile->Left + segment->Offset, lThird = l + 3 * step, lSixth = lThird + 3 * step;
            float* r = tile->Right + segment->Offset, rThird = r + 3 * step, rSixth = rThird + 3 * step;
            for (nint k = segment->Length; k > 0; k--)
            {
                Vector512<float> w = Vector512.Load(weights);
                weights += 16;
                Vector512<float> x = Vector512.Create(*l);
                l0 = Vector512.FusedMultiplyAdd(x, w, l0);
                x = Vector512.Create(*(l + step));
                l1 = Vector512.FusedMultiplyAdd(x, w, l1);
                x = Vector512.Create(*(l + 2 * step));
                l2 = Vector512.FusedMultiplyAdd(x, w, l2);
                x = Vector512.Create(*lThird);
                l3 = Vector512.FusedMultiplyAdd(x, w, l3);
                x = Vector512.Create(*(lThird + step));
                l4 = Vector512.FusedMultiplyAdd(x, w, l4);
                x = Vector512.Create(*(lThird + 2 * step));
                l5 = Vector512.FusedMultiplyAdd(x, w, l5);
                x = Vector512.Create(*lSixth);
                l6 = Vector512.FusedMultiplyAdd(x, w, l6);
                x = Vector512.Create(*r);
                r0 = Vector512.FusedMultiplyAdd(x, w, r0);
                x = Vector512.Create(*(r + step));
                r1 = Vector512.FusedMultiplyAdd(x, w, r1);
                x = Vector512.Create(*(r + 2 * step));
                r2 = Vector512.FusedMultiplyAdd(x, w, r2);
                x = Vector512.Create(*rThird);
                r3 = Vector512.FusedMultiplyAdd(x, w, r3);
                x = Vector512.Create(*(rThird + step));
                r4 = Vector512.FusedMultiplyAdd(x, w, r4);
                x = Vector512.Create(*(rThird + 2 * step));
                r5 = Vector512.FusedMultiplyAdd(x, w, r5);
                x = Vector512.Create(*rSixth);
                r6 = Vector512.FusedMultiplyAdd(x, w, r6);
                l++;
                lThird++;
                lSixth++;
                r++;
                rThird++;
                rSixth++;
            }
        }

        TileEpilogue epilogue = new(tile, 0);
        float* left = tile->LeftOutput;
        epilogue.Store(left, l0);
        epilogue.Store(left + 16, l1);
        epilogue.Store(left + 32, l2);
        epilogue.Store(left + 48, l3);
        epilogue.Store(left + 64, l4);
        epilogue.Store(left + 80, l5);
        epilogue.Store(left + 96, l6);
        float* right = tile->RightOutput;
        epilogue.Store(right, r0);
        epilogue.Store(right + 16, r1);
        epilogue.Store(right + 32, r2);
        epilogue.Store(right + 48, r3);
        epilogue.Store(right + 64, r4);
        epilogue.Store(right + 80, r5);
        epilogue.Store(right + 96, r6);
    }
}
