using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>A convolution's constant weights and biases for blocks of output channels.</summary>
/// <remarks>
/// Weights lie in panels of two blocks, [product][32], an odd last block in [product][16]; those of a depthwise convolution in [block][tap][16].
/// Output channels that do not exist have zeros.
/// </remarks>
internal sealed class BlockedWeights
{
    private BlockedWeights(Tensor w, Tensor? bias)
    {
        Original = w;
        Bias = bias;
        OutChannels = w.Shape[0];
        InChannels = w.Shape[1];
        Kernel = [w.Shape[2], w.Shape[3]];
        int blocks = ChannelBlocks.CountFor(OutChannels);
        Panels = Tensor.Allocate(DataType.Float32, [blocks * ChannelBlocks.Lanes, w.Shape.Product(1, 4)]);
        Panels.AsMutableSpan<float>().Clear();
        Biases = Padded(bias is null ? null : bias.AsSpan<float>(), OutChannels);
    }

    /// <summary>The weights as the node has them.</summary>
    public Tensor Original { get; }

    /// <summary>The bias as the node has it.</summary>
    public Tensor? Bias { get; }

    /// <summary>Output channels.</summary>
    public int OutChannels { get; }

    /// <summary>Input channels of one group.</summary>
    public int InChannels { get; }

    /// <summary>Rows and columns of the kernel.</summary>
    public int[] Kernel { get; }

    /// <summary>The number of taps.</summary>
    public int Taps => Kernel[0] * Kernel[1];

    /// <summary>The weights.</summary>
    public Tensor Panels { get; }

    /// <summary>The biases, zero where there are none.</summary>
    public Tensor Biases { get; }

    /// <summary>Whether a convolution's operands are such that it can be computed in blocks.</summary>
    public static bool Fit(OperatorSite site, int groups) =>
        site.Constant(1) is { Type: DataType.Float32, Count: > 0, Shape.Rank: 4 } w
        && (groups == 1 || (w.Shape[1] == 1 && w.Shape[0] == groups))
        && (site.Node.InputOrDefault(2) is null || (site.Constant(2) is { Type: DataType.Float32 } bias && bias.Count == w.Shape[0]));

    /// <summary>Packs the weights of a convolution of one group.</summary>
    public static BlockedWeights Dense(Tensor w, Tensor? bias)
    {
        BlockedWeights packed = new(w, bias);
        int depth = packed.InChannels * packed.Taps;
        int blocks = ChannelBlocks.CountFor(packed.OutChannels);
        Span<float> panels = packed.Panels.AsMutableSpan<float>();
        for (int o = 0; o < packed.OutChannels; o++)
        {
            int firstBlock = o / (2 * ChannelBlocks.Lanes) * 2;
            int width = Math.Min(2, blocks - firstBlock) * ChannelBlocks.Lanes;
            int start = firstBlock * ChannelBlocks.Lanes * depth + o % width;
            float[] row = ConvolutionOrder.Sort(w.AsSpan<float>().Slice(o * depth, depth), packed.InChannels, packed.Taps);
            for (int k = 0; k < depth; k++)
            {
                panels[start + k * width] = row[k];
            }
        }

        return packed;
    }

    /// <summary>Packs the weights of a depthwise convolution.</summary>
    public static BlockedWeights Depthwise(Tensor w, Tensor? bias)
    {
        BlockedWeights packed = new(w, bias);
        Span<float> panels = packed.Panels.AsMutableSpan<float>();
        for (int i = 0; i < w.Count; i++)
        {
            (int channel, int tap) = Math.DivRem(i, packed.Taps);
            (int block, int lane) = Math.DivRem(channel, ChannelBlocks.Lanes);
            panels[(block * packed.Taps + tap) * ChannelBlocks.Lanes + lane] = w.AsSpan<float>()[i];
        }

        return packed;
    }

    /// <summary>Numbers of channels, with zeros to the end of the last block.</summary>
    public static Tensor Padded(ReadOnlySpan<float> perChannel, int channels)
    {
        Tensor padded = Tensor.Allocate(DataType.Float32, [ChannelBlocks.CountFor(channels) * ChannelBlocks.Lanes]);
        padded.AsMutableSpan<float>().Clear();
        perChannel.CopyTo(padded.AsMutableSpan<float>());
        return padded;
    }
}
