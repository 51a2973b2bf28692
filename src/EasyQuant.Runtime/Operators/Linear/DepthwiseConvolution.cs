using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>A convolution in which each output channel reads one input channel: whole rows are scaled and added, tap by tap.</summary>
internal static class DepthwiseConvolution
{
    public static void Run(Tensor x, Tensor w, Tensor? bias, WindowWalk walk, float low, float high, Tensor y, OperatorContext context)
    {
        int channels = w.Shape[0];
        int taps = walk.KernelCount;
        int inputs = walk.InputCount;
        int outputs = walk.OutputCount;
        context.ForRanges(x.Shape[0] * channels, (long)outputs * taps / 4, (start, end) =>
        {
            float[] gathered = new float[walk.Axes[1].Output];
            for (int i = start; i < end; i++)
            {
                int c = i % channels;
                Span<float> to = y.AsMutableSpan<float>().Slice(i * outputs, outputs);
                to.Fill(bias is null ? 0 : bias.AsSpan<float>()[c]);
                Plane(x.AsSpan<float>().Slice(i * inputs, inputs), w.AsSpan<float>().Slice(c * taps, taps), walk.Axes[0], walk.Axes[1], gathered, to);
                if (low > float.NegativeInfinity || high < float.PositiveInfinity)
                {
                    TensorPrimitives.Max(to, low, to);
                    TensorPrimitives.Min(to, high, to);
                }
            }
        });
    }

    private static void Plane(ReadOnlySpan<float> from, ReadOnlySpan<float> weights, WindowAxis vertical, WindowAxis horizontal, Span<float> gathered, Span<float> to)
    {
        for (int k = 0; k < horizontal.Kernel; k++)
        {
            (int start, int end) = horizontal.Inside(k);
            int column = horizontal.First(start) + k * horizontal.Dilation;
            if (end <= start)
            {
                continue;
            }

            for (int j = 0; j < vertical.Kernel; j++)
            {
                float weight = weights[j * horizontal.Kernel + k];
                (int top, int bottom) = vertical.Inside(j);
                for (int o = top; o < bottom; o++)
                {
                    ReadOnlySpan<float> row = from.Slice((vertical.First(o) + j * vertical.Dilation) * horizontal.Input, horizontal.Input);
                    Span<float> sums = to.Slice(o * horizontal.Output + start, end - start);
                    if (horizontal.Stride == 1)
                    {
                        TensorPrimitives.MultiplyAdd(row.Slice(column, sums.Length), weight, sums, sums);
                        continue;
                    }

                    for (int i = 0; i < sums.Length; i++)
                    {
                        gathered[i] = row[column + i * horizontal.Stride];
                    }

                    TensorPrimitives.MultiplyAdd(gathered[..sums.Length], weight, sums, sums);
                }
            }
        }
    }
}
