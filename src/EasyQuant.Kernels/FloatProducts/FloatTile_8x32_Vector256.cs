using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>Eight accumulators of eight floats at a time: four rows times sixteen columns, for processors with sixteen registers.</summary>
internal static unsafe class FloatTile_8x32_Vector256
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* strip, float* panel, int depth, float* bias, float* c, int stride, int columns, float low, float high)
    {
        for (int column = 0; column < columns; column += 16)
        {
            RunQuarter(strip, panel + column, depth, bias, c + column, stride, low, high);
            RunQuarter(strip + 4, panel + column, depth, bias + 4, c + 4 * stride + column, stride, low, high);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunQuarter(float* strip, float* panel, int depth, float* bias, float* c, int stride, float low, float high)
    {
        Vector256<float> c00 = Vector256.Create(bias[0]), c01 = c00;
        Vector256<float> c10 = Vector256.Create(bias[1]), c11 = c10;
        Vector256<float> c20 = Vector256.Create(bias[2]), c21 = c20;
        Vector256<float> c30 = Vector256.Create(bias[3]), c31 = c30;
        for (int k = 0; k < depth; k++, strip += 8, panel += 32)
        {
            Vector256<float> b0 = Vector256.Load(panel);
            Vector256<float> b1 = Vector256.Load(panel + 8);
            Vector256<float> a = Vector256.Create(strip[0]);
            c00 = Vector256.FusedMultiplyAdd(a, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(a, b1, c01);
            a = Vector256.Create(strip[1]);
            c10 = Vector256.FusedMultiplyAdd(a, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(a, b1, c11);
            a = Vector256.Create(strip[2]);
            c20 = Vector256.FusedMultiplyAdd(a, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(a, b1, c21);
            a = Vector256.Create(strip[3]);
            c30 = Vector256.FusedMultiplyAdd(a, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(a, b1, c31);
        }

        Store(c, c00, low, high);
        Store(c + 8, c01, low, high);
        Store(c + stride, c10, low, high);
        Store(c + stride + 8, c11, low, high);
        Store(c + 2 * stride, c20, low, high);
        Store(c + 2 * stride + 8, c21, low, high);
        Store(c + 3 * stride, c30, low, high);
        Store(c + 3 * stride + 8, c31, low, high);
    }

    // With the element on the right NaN goes through.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector256<float> sum, float low, float high) =>
        Vector256.MinNative(Vector256.Create(high), Vector256.MaxNative(Vector256.Create(low), sum)).Store(target);
}
