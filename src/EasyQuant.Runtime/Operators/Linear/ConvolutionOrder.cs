namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>The order in which every convolution adds its products: block of 16 channels, tap, channel; for the few channels of a picture channel, tap.</summary>
/// <remarks>One order for all layouts, so that a result does not depend on the layout it was computed in.</remarks>
internal static class ConvolutionOrder
{
    // Grey, colour, colour with opacity: what a network's input has.
    private const int MostPlanes = 4;

    /// <summary>Whether the products of one channel follow one another.</summary>
    public static bool IsByPlane(int channels) => channels <= MostPlanes;

    /// <summary>The place of the product of this channel and tap.</summary>
    public static int Position(int channel, int tap, int channels, int taps)
    {
        if (IsByPlane(channels))
        {
            return channel * taps + tap;
        }

        (int block, int lane) = Math.DivRem(channel, ChannelBlocks.Lanes);
        int first = block * ChannelBlocks.Lanes;
        return first * taps + tap * Math.Min(ChannelBlocks.Lanes, channels - first) + lane;
    }

    /// <summary>One output channel's weights (C, taps) in that order.</summary>
    public static float[] Sort(ReadOnlySpan<float> weights, int channels, int taps)
    {
        float[] sorted = new float[weights.Length];
        for (int c = 0; c < channels; c++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                sorted[Position(c, tap, channels, taps)] = weights[c * taps + tap];
            }
        }

        return sorted;
    }
}
