using System.Runtime.CompilerServices;
using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>A convolution in which each output channel reads one input channel: the channel is laid in zero padding, then every tap is a shifted row.</summary>
internal static unsafe class DepthwiseConvolution
{
    [ThreadStatic]
    private static float[]? t_padded;

    public static void Run(Tensor x, Tensor w, Tensor? bias, WindowWalk walk, float low, float high, Tensor y, OperatorContext context)
    {
        int channels = w.Shape[0];
        int taps = walk.KernelCount;
        (WindowAxis vertical, WindowAxis horizontal) = (walk.Axes[0], walk.Axes[1]);
        int paddedRows = (vertical.Output - 1) * vertical.Stride + (vertical.Kernel - 1) * vertical.Dilation + 1;
        int rowStride = horizontal.Output + (horizontal.Kernel - 1) * horizontal.Dilation / horizontal.Stride + 1 + DepthwisePlane.Slack;
        context.ForRanges(x.Shape[0] * channels, (long)walk.OutputCount * taps / 4, (start, end) =>
        {
            int length = paddedRows * horizontal.Stride * rowStride;
            if (t_padded is null || t_padded.Length < length)
            {
                t_padded = new float[length];
            }

            // Between channels of one call the padding stays where it is.
            t_padded.AsSpan(0, length).Clear();
            fixed (float* padded = t_padded, weights = w.AsSpan<float>(), output = y.AsMutableSpan<float>())
            {
                for (int i = start; i < end; i++)
                {
                    Scatter(x.AsSpan<float>().Slice(i * walk.InputCount, walk.InputCount), vertical, horizontal, paddedRows, rowStride, t_padded);
                    int channel = i % channels;
                    DepthwisePlane.Run(
                        padded, rowStride, weights + channel * taps, vertical.Kernel, horizontal.Kernel, vertical.Stride, horizontal.Stride,
                        vertical.Dilation, horizontal.Dilation, bias is null ? 0 : bias.AsSpan<float>()[channel], low, high,
                        output + (long)i * walk.OutputCount, vertical.Output, horizontal.Output);
                }
            }
        });
    }

    // Lays the channel's rows where they stand in the padded plane, columns dealt out to the phases of the stride.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(ReadOnlySpan<float> plane, WindowAxis vertical, WindowAxis horizontal, int paddedRows, int rowStride, Span<float> padded)
    {
        int stride = horizontal.Stride;
        for (int row = 0; row < vertical.Input && row + vertical.Before < paddedRows; row++)
        {
            ReadOnlySpan<float> source = plane.Slice(row * horizontal.Input, horizontal.Input);
            Span<float> target = padded.Slice((row + vertical.Before) * stride * rowStride, stride * rowStride);
            if (stride == 1)
            {
                source[..Math.Min(source.Length, rowStride - horizontal.Before)].CopyTo(target[horizontal.Before..]);
                continue;
            }

            for (int phase = 0; phase < stride; phase++)
            {
                // The first column of this phase that lies in the input.
                int column = (phase - horizontal.Before % stride + stride) % stride;
                int index = (column + horizontal.Before) / stride;
                int length = Math.Min(rowStride - index, (source.Length - column + stride - 1) / stride);
                if (length > 0)
                {
                    fixed (float* from = source[column..], to = target[(phase * rowStride + index)..])
                    {
                        StridedCopy.Run(from, to, length, stride);
                    }
                }
            }
        }
    }
}
