using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>Pictures with 16 channels side by side: N, ⌈C / 16⌉, H, W, 16. What a last block has beyond C is unspecified.</summary>
/// <remarks>
/// A convolution then reads a pixel's channels from one place and writes a pixel's results to one place, whatever stride and
/// padding are; there is nothing to gather.
/// </remarks>
internal static class ChannelBlocks
{
    /// <summary>Channels of a block.</summary>
    public const int Lanes = ConvolutionTile.Block;

    /// <summary>Whether the threads share a picture by its rows; small ones they share by its channels.</summary>
    /// <remarks>
    /// One rule for all operators, so that a thread reads what it has written itself. By rows each thread reads all weights; where a
    /// picture is small, those are the larger part.
    /// </remarks>
    public static bool AreSharedByRows(int height, int width) => height * width >= 20 * 20;

    /// <summary>The number of blocks that hold <paramref name="channels"/>.</summary>
    public static int CountFor(int channels) => (channels + Lanes - 1) / Lanes;

    /// <summary>The shape of a blocked picture.</summary>
    public static Shape ShapeFor(int batch, int channels, int height, int width) => new([batch, CountFor(channels), height, width, Lanes]);

    /// <summary>The form of an operator that treats every element alike, whatever surrounds it.</summary>
    public static BlockedForm? Elementwise(IOperator op, ReadOnlySpan<int?> channels)
    {
        foreach (int? input in channels)
        {
            if (input is null || input != channels[0])
            {
                return null;
            }
        }

        return new BlockedForm(op, channels[0]!.Value);
    }
}

/// <summary>Brings a blocked picture with this many channels back to N, C, H, W.</summary>
internal sealed unsafe class ToPlanes(int channels) : SingleOutputOperator
{
    protected override Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        (int batch, int blocks, int height, int width) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        int pixels = height * width;
        Tensor y = context.Allocate(DataType.Float32, [batch, channels, height, width]);
        context.ForEach(batch * blocks, pixels * ChannelBlocks.Lanes, i =>
        {
            (int n, int block) = Math.DivRem(i, blocks);
            int first = block * ChannelBlocks.Lanes;
            fixed (float* from = x.AsSpan<float>(), to = y.AsMutableSpan<float>())
            {
                BlockTranspose.ToPlanes(
                    from + (long)i * pixels * ChannelBlocks.Lanes, to + ((long)n * channels + first) * pixels, pixels,
                    Math.Min(ChannelBlocks.Lanes, channels - first), pixels);
            }
        });
        return y;
    }
}
