using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>
/// One channel of a depthwise convolution over a plane that lies in zero padding and is split by column modulo the stride:
/// <c>y[o, i] = clamp(b + Σ_{j,k} w[j, k] · x[o · s + j · d, i · s + k · d])</c>.
/// </summary>
/// <remarks>Taps are added in the order of the weights, one fused multiply-add each, whatever the vector width.</remarks>
public static unsafe class DepthwisePlane
{
    /// <summary>Floats that may be read beyond the last element of a phase's row.</summary>
    public const int Slack = 16;

    /// <summary>Computes the plane.</summary>
    /// <param name="rows">For each padded row and phase (column modulo stride) its first element: [row · stride + phase] at <paramref name="rowStride"/> floats each.</param>
    /// <param name="rowStride">Floats from one phase's row to the next.</param>
    /// <param name="weights">[kernelHeight][kernelWidth]</param>
    /// <param name="kernelHeight">Kernel rows.</param>
    /// <param name="kernelWidth">Kernel columns.</param>
    /// <param name="strideY">Step between output rows.</param>
    /// <param name="strideX">Step between output columns: the number of phases.</param>
    /// <param name="dilationY">Step between kernel rows.</param>
    /// <param name="dilationX">Step between kernel columns.</param>
    /// <param name="bias">b.</param>
    /// <param name="low">The lower limit.</param>
    /// <param name="high">The upper limit.</param>
    /// <param name="output">[outputHeight][outputWidth]</param>
    /// <param name="outputHeight">Output rows.</param>
    /// <param name="outputWidth">Output columns.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        float* rows, int rowStride, float* weights, int kernelHeight, int kernelWidth, int strideY, int strideX, int dilationY, int dilationX,
        float bias, float low, float high, float* output, int outputHeight, int outputWidth)
    {
        int taps = kernelHeight * kernelWidth;
        nint* offsets = stackalloc nint[taps];
        for (int tap = 0; tap < taps; tap++)
        {
            (int j, int k) = Math.DivRem(tap, kernelWidth);
            (int column, int phase) = Math.DivRem(k * dilationX, strideX);
            offsets[tap] = ((nint)j * dilationY * strideX + phase) * rowStride + column;
        }

        if (taps == 9)
        {
            RunNine(rows, strideY * strideX * rowStride, offsets, weights, bias, low, high, output, outputHeight, outputWidth);
            return;
        }

        for (int y = 0; y < outputHeight; y++)
        {
            float* row = rows + (nint)y * strideY * strideX * rowStride;
            for (int x = 0; x < outputWidth; x += 16)
            {
                Vector512<float> sum = Vector512.Create(bias);
                for (int tap = 0; tap < taps; tap++)
                {
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(weights[tap]), Vector512.Load(row + offsets[tap] + x), sum);
                }

                Store(output, y * outputWidth + x, outputHeight * outputWidth, outputWidth - x, sum, low, high);
            }
        }
    }

    // Kernels of nine taps keep all weights in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunNine(
        float* rows, nint rowStep, nint* offsets, float* weights, float bias, float low, float high, float* output, int outputHeight, int outputWidth)
    {
        Vector512<float> w0 = Vector512.Create(weights[0]), w1 = Vector512.Create(weights[1]), w2 = Vector512.Create(weights[2]);
        Vector512<float> w3 = Vector512.Create(weights[3]), w4 = Vector512.Create(weights[4]), w5 = Vector512.Create(weights[5]);
        Vector512<float> w6 = Vector512.Create(weights[6]), w7 = Vector512.Create(weights[7]), w8 = Vector512.Create(weights[8]);
        (nint o0, nint o1, nint o2, nint o3, nint o4) = (offsets[0], offsets[1], offsets[2], offsets[3], offsets[4]);
        (nint o5, nint o6, nint o7, nint o8) = (offsets[5], offsets[6], offsets[7], offsets[8]);
        for (int y = 0; y < outputHeight; y++, rows += rowStep)
        {
            for (int x = 0; x < outputWidth; x += 16)
            {
                float* at = rows + x;
                Vector512<float> sum = Vector512.FusedMultiplyAdd(w0, Vector512.Load(at + o0), Vector512.Create(bias));
                sum = Vector512.FusedMultiplyAdd(w1, Vector512.Load(at + o1), sum);
                sum = Vector512.FusedMultiplyAdd(w2, Vector512.Load(at + o2), sum);
                sum = Vector512.FusedMultiplyAdd(w3, Vector512.Load(at + o3), sum);
                sum = Vector512.FusedMultiplyAdd(w4, Vector512.Load(at + o4), sum);
                sum = Vector512.FusedMultiplyAdd(w5, Vector512.Load(at + o5), sum);
                sum = Vector512.FusedMultiplyAdd(w6, Vector512.Load(at + o6), sum);
                sum = Vector512.FusedMultiplyAdd(w7, Vector512.Load(at + o7), sum);
                sum = Vector512.FusedMultiplyAdd(w8, Vector512.Load(at + o8), sum);
                Store(output, y * outputWidth + x, outputHeight * outputWidth, outputWidth - x, sum, low, high);
            }
        }
    }

    // A vector that ends beyond its row is stored whole where the rows after it, written later, cover what is too much.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* output, int index, int length, int leftInRow, Vector512<float> sum, float low, float high)
    {
        // With the sum on the right NaN goes through.
        sum = Vector512.MinNative(Vector512.Create(high), Vector512.MaxNative(Vector512.Create(low), sum));
        if (index + 16 <= length)
        {
            sum.Store(output + index);
            return;
        }

        for (int i = 0; i < Math.Min(16, leftInRow); i++)
        {
            output[index + i] = sum[i];
        }
    }
}
