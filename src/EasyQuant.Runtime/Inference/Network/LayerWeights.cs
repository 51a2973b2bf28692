namespace EasyQuant.Runtime.Inference.Network;

/// <summary>The integer weights of a convolution or matrix product.</summary>
/// <param name="Rows"><c>[output channel][input channel of the group][kernel row][kernel column]</c>.</param>
/// <param name="Scales">The step of each output channel.</param>
/// <param name="Bias">What is added to the sum of each output channel, in steps of <c>s_x · s_w</c>.</param>
/// <param name="Groups">Groups of channels.</param>
public sealed record LayerWeights(sbyte[] Rows, float[] Scales, int[] Bias, int Groups)
{
    /// <summary>Output channels.</summary>
    public int Channels => Scales.Length;

    /// <summary>Weights of one output channel.</summary>
    public int RowLength => Rows.Length / Channels;

    /// <summary>The weights of one output channel.</summary>
    public ReadOnlySpan<sbyte> Row(int channel) => Rows.AsSpan(channel * RowLength, RowLength);
}
