using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Sixteen accumulators of sixteen floats: eight rows times 32 columns, or 16 where fewer are wanted.</summary>
internal static unsafe class FloatTile_8x32_Vector512
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* strip, float* panel, int depth, float* bias, float* c, int stride, int columns, float low, float high)
    {
        if (columns == FloatTileKernel.Columns)
        {
            RunWide(strip, panel, depth, bias, c, stride, low, high);
        }
        else
        {
            RunNarrow(strip, panel, depth, bias, c, stride, low, high);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunWide(float* strip, float* panel, int depth, float* bias, float* c, int stride, float low, float high)
    {
        Vector512<float> c00 = Vector512.Create(bias[0]), c01 = c00;
        Vector512<float> c10 = Vector512.Create(bias[1]), c11 = c10;
        Vector512<float> c20 = Vector512.Create(bias[2]), c21 = c20;
        Vector512<float> c30 = Vector512.Create(bias[3]), c31 = c30;
        Vector512<float> c40 = Vector512.Create(bias[4]), c41 = c40;
        Vector512<float> c50 = Vector512.Create(bias[5]), c51 = c50;
        Vector512<float> c60 = Vector512.Create(bias[6]), c61 = c60;
        Vector512<float> c70 = Vector512.Create(bias[7]), c71 = c70;
        for (int k = 0; k < depth; k++, strip += 8, panel += 32)
        {
            Vector512<float> b0 = Vector512.Load(panel);
            Vector512<float> b1 = Vector512.Load(panel + 16);
            Vector512<float> a = Vector512.Create(strip[0]);
            c00 = Vector512.FusedMultiplyAdd(a, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(a, b1, c01);
            a = Vector512.Create(strip[1]);
            c10 = Vector512.FusedMultiplyAdd(a, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(a, b1, c11);
            a = Vector512.Create(strip[2]);
            c20 = Vector512.FusedMultiplyAdd(a, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(a, b1, c21);
            a = Vector512.Create(strip[3]);
            c30 = Vector512.FusedMultiplyAdd(a, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(a, b1, c31);
            a = Vector512.Create(strip[4]);
            c40 = Vector512.FusedMultiplyAdd(a, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(a, b1, c41);
            a = Vector512.Create(strip[5]);
            c50 = Vector512.FusedMultiplyAdd(a, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(a, b1, c51);
            a = Vector512.Create(strip[6]);
            c60 = Vector512.FusedMultiplyAdd(a, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(a, b1, c61);
            a = Vector512.Create(strip[7]);
            c70 = Vector512.FusedMultiplyAdd(a, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(a, b1, c71);
        }

        Store(c, c00, low, high);
        Store(c + 16, c01, low, high);
        Store(c + stride, c10, low, high);
        Store(c + stride + 16, c11, low, high);
        Store(c + 2 * stride, c20, low, high);
        Store(c + 2 * stride + 16, c21, low, high);
        Store(c + 3 * stride, c30, low, high);
        Store(c + 3 * stride + 16, c31, low, high);
        Store(c + 4 * stride, c40, low, high);
        Store(c + 4 * stride + 16, c41, low, high);
        Store(c + 5 * stride, c50, low, high);
        Store(c + 5 * stride + 16, c51, low, high);
        Store(c + 6 * stride, c60, low, high);
        Store(c + 6 * stride + 16, c61, low, high);
        Store(c + 7 * stride, c70, low, high);
        Store(c + 7 * stride + 16, c71, low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunNarrow(float* strip, float* panel, int depth, float* bias, float* c, int stride, float low, float high)
    {
        Vector512<float> c0 = Vector512.Create(bias[0]);
        Vector512<float> c1 = Vector512.Create(bias[1]);
        Vector512<float> c2 = Vector512.Create(bias[2]);
        Vector512<float> c3 = Vector512.Create(bias[3]);
        Vector512<float> c4 = Vector512.Create(bias[4]);
        Vector512<float> c5 = Vector512.Create(bias[5]);
        Vector512<float> c6 = Vector512.Create(bias[6]);
        Vector512<float> c7 = Vector512.Create(bias[7]);
        for (int k = 0; k < depth; k++, strip += 8, panel += 32)
        {
            Vector512<float> b = Vector512.Load(panel);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[0]), b, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[1]), b, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[2]), b, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[3]), b, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[4]), b, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[5]), b, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[6]), b, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(strip[7]), b, c7);
        }

        Store(c, c0, low, high);
        Store(c + stride, c1, low, high);
        Store(c + 2 * stride, c2, low, high);
        Store(c + 3 * stride, c3, low, high);
        Store(c + 4 * stride, c4, low, high);
        Store(c + 5 * stride, c5, low, high);
        Store(c + 6 * stride, c6, low, high);
        Store(c + 7 * stride, c7, low, high);
    }

    // With the element on the right NaN goes through.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector512<float> sum, float low, float high) =>
        Vector512.MinNative(Vector512.Create(high), Vector512.MaxNative(Vector512.Create(low), sum)).Store(target);
}
