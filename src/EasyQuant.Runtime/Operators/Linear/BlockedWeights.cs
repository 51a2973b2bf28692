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
    private readonly ConstantCopy<Tensor> _panels;

    private BlockedWeights(Tensor w, Tensor? bias, CopyBudget copies, Action<BlockedWeights, Span<float>> pack)
    {
        Original = w;
        Bias = bias;
        OutChannels = w.Shape[0];
        InChannels = w.Shape[1];
        Kernel = [w.Shape[2], w.Shape[3]];
        _panels = new ConstantCopy<Tensor>(copies, w.ByteLength, () =>
        {
            Tensor panels = Tensor.Allocate(DataType.Float32, [ChannelBlocks.CountFor(OutChannels) * ChannelBlocks.Lanes, w.Shape.Product(1, 4)]);
            panels.AsMutableSpan<float>().Clear();
            pack(this, panels.AsMutableSpan<float>());
            return panels;
        });
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

    /// <summary>The weights; to be asked for once a run.</summary>
    public Tensor Panels => _panels.Value;

    /// <summary>The biases, zero where there are none.</summary>
    public Tensor Biases { get; }

    /// <summary>Whether a convolution's operands are such that it can be computed in blocks.</summary>
    public static bool Fit(OperatorSite site, int groups) =>
        site.Constant(1) is { Type: DataType.Float32, Count: > 0, Shape.Rank: 4 } w
        && (groups == 1 || (w.Shape[1] == 1 && w.Shape[0] == groups))
        && (site.Node.InputOrDefault(2) is null || (site.Constant(2) is { Type: DataType.Float32 } bias && bias.Count == w.Shape[0]));

    /// <summary>The weights of a convolution of one group.</summary>
    public static BlockedWeights Dense(Tensor w, Tensor? bias, CopyBudget copies) => new(w, bias, copies, PackDense);

    /// <summary>The weights of a depthwise convolution, which are few.</summary>
    public static BlockedWeights Depthwise(Tensor w, Tensor? bias) => new(w, bias, CopyBudget.Unlimited, PackDepthwise);

    private static void PackDense(BlockedWeights weights, Span<float> panels)
    {
        int depth = weights.InChannels * weights.Taps;
        int blocks = ChannelBlocks.CountFor(weights.OutChannels);
        for (int o = 0; o < weights.OutChannels; o++)
        {
            int firstBlock = o / (2 * ChannelBlocks.Lanes) * 2;
            int width = Math.Min(2, blocks - firstBlock) * ChannelBlocks.Lanes;
            int start = firstBlock * ChannelBlocks.Lanes * depth + o % width;
            float[] row = ConvolutionOrder.Sort(weights.Original.AsSpan<float>().Slice(o * depth, depth), weights.InChannels, weights.Taps);
            for (int k = 0; k < depth; k++)
            {
                panels[start + k * width] = row[k];
            }
        }
    }

    private static void PackDepthwise(BlockedWeights weights, Span<float> panels)
    {
        ReadOnlySpan<float> original = weights.Original.AsSpan<float>();
        for (int i = 0; i < original.Length; i++)
        {
            (int channel, int tap) = Math.DivRem(i, weights.Taps);
            (int block, int lane) = Math.DivRem(channel, ChannelBlocks.Lanes);
            panels[(block * weights.Taps + tap) * ChannelBlocks.Lanes + lane] = original[i];
        }
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
