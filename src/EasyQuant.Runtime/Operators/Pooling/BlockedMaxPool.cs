using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Pooling;

/// <summary>MaxPool of a blocked picture: 16 channels at a time.</summary>
internal sealed unsafe class BlockedMaxPool(SpatialWindow window) : SingleOutputOperator
{
    private const int Strips = 8;

    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        Tensor planes = x.Reshape([x.Shape[0], x.Shape[1] * ChannelBlocks.Lanes, x.Shape[2], x.Shape[3]]);
        WindowWalk walk = window.Over(planes, window.Kernel ?? throw new InvalidOperatorInputException("Attribute 'kernel_shape' is absent."));
        (WindowAxis vertical, WindowAxis horizontal) = (walk.Axes[0], walk.Axes[1]);
        Tensor y = context.Allocate(DataType.Float32, [x.Shape[0], x.Shape[1], vertical.Output, horizontal.Output, ChannelBlocks.Lanes]);
        int blocks = x.Shape[1];
        int strips = ChannelBlocks.AreSharedByRows(vertical.Output, horizontal.Output) ? Strips : 1;
        context.ForEach(x.Shape[0] * blocks * strips, (long)walk.OutputCount * walk.KernelCount / strips, task =>
        {
            (int stripOfBatch, int block) = Math.DivRem(task, blocks);
            (int n, int strip) = Math.DivRem(stripOfBatch, strips);
            fixed (float* from = x.AsSpan<float>(), to = y.AsMutableSpan<float>())
            {
                float* input = from + ((long)n * blocks + block) * walk.InputCount * ChannelBlocks.Lanes;
                float* output = to + ((long)n * blocks + block) * walk.OutputCount * ChannelBlocks.Lanes;
                for (int row = vertical.Output * strip / strips; row < vertical.Output * (strip + 1) / strips; row++)
                {
                    Row(input, output + (long)row * horizontal.Output * ChannelBlocks.Lanes, row, vertical, horizontal);
                }
            }
        });
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float* input, float* output, int row, WindowAxis vertical, WindowAxis horizontal)
    {
        (int top, int bottom) = Inside(vertical, row);
        for (int column = 0; column < horizontal.Output; column++, output += ChannelBlocks.Lanes)
        {
            (int left, int right) = Inside(horizontal, column);
            Vector512<float> largest = Vector512.Create(float.NegativeInfinity);
            for (int y = top; y < bottom; y += vertical.Dilation)
            {
                float* at = input + ((long)y * horizontal.Input + left) * ChannelBlocks.Lanes;
                for (int x = left; x < right; x += horizontal.Dilation, at += horizontal.Dilation * ChannelBlocks.Lanes)
                {
                    largest = Vector512.Max(largest, Vector512.Load(at));
                }
            }

            largest.Store(output);
        }
    }

    // The inputs that an output's taps reach: from the first, in steps of the dilation, up to the end.
    private static (int Start, int End) Inside(WindowAxis axis, int output)
    {
        int first = axis.First(output);
        int skipped = first >= 0 ? 0 : (-first + axis.Dilation - 1) / axis.Dilation;
        return (first + skipped * axis.Dilation, Math.Min(axis.Input, first + (axis.Kernel - 1) * axis.Dilation + 1));
    }
}
