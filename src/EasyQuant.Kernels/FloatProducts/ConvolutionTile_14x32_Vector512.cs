using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Twenty-eight accumulators of sixteen floats: two runs of seven pixels times 32 output channels.</summary>
internal static unsafe class ConvolutionTile_14x32_Vector512
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionTile* tile)
    {
        Vector512<float> l0a = Vector512.Load(tile->Bias), l1a = l0a, l2a = l0a, l3a = l0a, l4a = l0a, l5a = l0a, l6a = l0a;
        Vector512<float> r0a = l0a, r1a = l0a, r2a = l0a, r3a = l0a, r4a = l0a, r5a = l0a, r6a = l0a;
        Vector512<float> l0b = Vector512.Load(tile->Bias + 16), l1b = l0b, l2b = l0b, l3b = l0b, l4b = l0b, l5b = l0b, l6b = l0b;
        Vector512<float> r0b = l0b, r1b = l0b, r2b = l0b, r3b = l0b, r4b = l0b, r5b = l0b, r6b = l0b;
        float* weights = tile->Weights;
        nint step = tile->PixelStep;
        for (ConvolutionSegment* segment = tile->Segments, end = segment + tile->SegmentCount; segment < end; segment++)
        {
            // Three addresses a run: the pixels between them are one or two steps further.
            float* l = tile->Left + segment->Offset, lThird = l + 3 * step, lSixth = lThird + 3 * step;
            float* r = tile->Right + segment->Offset, rThird = r + 3 * step, rSixth = rThird + 3 * step;
            for (nint k = segment->Length; k > 0; k--)
            {
                Vector512<float> wa = Vector512.Load(weights);
                Vector512<float> wb = Vector512.Load(weights + 16);
                weights += 32;
                Vector512<float> x = Vector512.Create(*l);
                l0a = Vector512.FusedMultiplyAdd(x, wa, l0a);
                l0b = Vector512.FusedMultiplyAdd(x, wb, l0b);
                x = Vector512.Create(*(l + step));
                l1a = Vector512.FusedMultiplyAdd(x, wa, l1a);
                l1b = Vector512.FusedMultiplyAdd(x, wb, l1b);
                x = Vector512.Create(*(l + 2 * step));
                l2a = Vector512.FusedMultiplyAdd(x, wa, l2a);
                l2b = Vector512.FusedMultiplyAdd(x, wb, l2b);
                x = Vector512.Create(*lThird);
                l3a = Vector512.FusedMultiplyAdd(x, wa, l3a);
                l3b = Vector512.FusedMultiplyAdd(x, wb, l3b);
                x = Vector512.Create(*(lThird + step));
                l4a = Vector512.FusedMultiplyAdd(x, wa, l4a);
                l4b = Vector512.FusedMultiplyAdd(x, wb, l4b);
                x = Vector512.Create(*(lThird + 2 * step));
                l5a = Vector512.FusedMultiplyAdd(x, wa, l5a);
                l5b = Vector512.FusedMultiplyAdd(x, wb, l5b);
                x = Vector512.Create(*lSixth);
                l6a = Vector512.FusedMultiplyAdd(x, wa, l6a);
                l6b = Vector512.FusedMultiplyAdd(x, wb, l6b);
                x = Vector512.Create(*r);
                r0a = Vector512.FusedMultiplyAdd(x, wa, r0a);
                r0b = Vector512.FusedMultiplyAdd(x, wb, r0b);
                x = Vector512.Create(*(r + step));
                r1a = Vector512.FusedMultiplyAdd(x, wa, r1a);
                r1b = Vector512.FusedMultiplyAdd(x, wb, r1b);
                x = Vector512.Create(*(r + 2 * step));
                r2a = Vector512.FusedMultiplyAdd(x, wa, r2a);
                r2b = Vector512.FusedMultiplyAdd(x, wb, r2b);
                x = Vector512.Create(*rThird);
                r3a = Vector512.FusedMultiplyAdd(x, wa, r3a);
                r3b = Vector512.FusedMultiplyAdd(x, wb, r3b);
                x = Vector512.Create(*(rThird + step));
                r4a = Vector512.FusedMultiplyAdd(x, wa, r4a);
                r4b = Vector512.FusedMultiplyAdd(x, wb, r4b);
                x = Vector512.Create(*(rThird + 2 * step));
                r5a = Vector512.FusedMultiplyAdd(x, wa, r5a);
                r5b = Vector512.FusedMultiplyAdd(x, wb, r5b);
                x = Vector512.Create(*rSixth);
                r6a = Vector512.FusedMultiplyAdd(x, wa, r6a);
                r6b = Vector512.FusedMultiplyAdd(x, wb, r6b);
                l++;
                lThird++;
                lSixth++;
                r++;
                rThird++;
                rSixth++;
            }
        }

        TileEpilogue epilogueA = new(tile, 0);
        float* leftA = tile->LeftOutput;
        epilogueA.Store(leftA, l0a);
        epilogueA.Store(leftA + 16, l1a);
        epilogueA.Store(leftA + 32, l2a);
        epilogueA.Store(leftA + 48, l3a);
        epilogueA.Store(leftA + 64, l4a);
        epilogueA.Store(leftA + 80, l5a);
        epilogueA.Store(leftA + 96, l6a);
        float* rightA = tile->RightOutput;
        epilogueA.Store(rightA, r0a);
        epilogueA.Store(rightA + 16, r1a);
        epilogueA.Store(rightA + 32, r2a);
        epilogueA.Store(rightA + 48, r3a);
        epilogueA.Store(rightA + 64, r4a);
        epilogueA.Store(rightA + 80, r5a);
        epilogueA.Store(rightA + 96, r6a);
        TileEpilogue epilogueB = new(tile, 1);
        float* leftB = tile->LeftOutput + tile->BlockStep;
        epilogueB.Store(leftB, l0b);
        epilogueB.Store(leftB + 16, l1b);
        epilogueB.Store(leftB + 32, l2b);
        epilogueB.Store(leftB + 48, l3b);
        epilogueB.Store(leftB + 64, l4b);
        epilogueB.Store(leftB + 80, l5b);
        epilogueB.Store(leftB + 96, l6b);
        float* rightB = tile->RightOutput + tile->BlockStep;
        epilogueB.Store(rightB, r0b);
        epilogueB.Store(rightB + 16, r1b);
        epilogueB.Store(rightB + 32, r2b);
        epilogueB.Store(rightB + 48, r3b);
        epilogueB.Store(rightB + 64, r4b);
        epilogueB.Store(rightB + 80, r5b);
        epilogueB.Store(rightB + 96, r6b);
    }
}
