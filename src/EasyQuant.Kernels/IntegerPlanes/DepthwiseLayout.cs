using System.Buffers.Binary;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>How a depthwise kernel wants its parameters: which channels and which taps lie together in a vector.</summary>
/// <remarks>
/// Channels are cut into blocks. A block is <c>start</c>, multipliers, then the weights, group of taps by group:
/// <code>
/// in plain order      16 channels; a group is one tap, its weights widened to 16 bits
/// in quads            4 vectors of sums; a group is four taps, interleaved as unpacking leaves them:
///                     128-bit lane L of vector j holds channels 16L + 4j … 16L + 4j + 3, of each four taps
///                     as bytes (t0 t1 t2 t3), or as words (t0 t2) of all channels and then (t1 t3)
/// </code>
/// Blocks are as wide as a vector of bytes while that many channels are left, then half as wide, then a quarter; narrow ones
/// are repeated over the vector, whose lanes then hold several positions.
/// </remarks>
internal sealed class DepthwiseLayout
{
    private const int Plain = 1;
    private const int Quad = 4;
    private const int LaneChannels = 16;

    private readonly int _vectorBytes;
    private readonly int _tapsPerGroup;
    private readonly int _weightBytes;

    private DepthwiseLayout(int vectorBytes, int tapsPerGroup, int weightBytes)
    {
        _vectorBytes = vectorBytes;
        _tapsPerGroup = tapsPerGroup;
        _weightBytes = weightBytes;
    }

    /// <summary>Blocks of sixteen channels in order.</summary>
    public static DepthwiseLayout InOrder { get; } = new(LaneChannels, Plain, sizeof(short));

    /// <summary>Quads of bytes.</summary>
    public static DepthwiseLayout QuadsOfBytes(int vectorBytes) => new(vectorBytes, Quad, sizeof(sbyte));

    /// <summary>Quads of words.</summary>
    public static DepthwiseLayout QuadsOfWords(int vectorBytes) => new(vectorBytes, Quad, sizeof(short));

    /// <summary>Bytes of a block's parameters.</summary>
    /// <param name="vectorBytes">Bytes of a vector: channels of a block in lanes.</param>
    /// <param name="offsetCount">Taps with those that fill up the last group.</param>
    /// <param name="weightBytes">Bytes of a weight.</param>
    public static nint BlockBytes(int vectorBytes, nint offsetCount, int weightBytes) =>
        vectorBytes * (sizeof(int) + sizeof(float) + offsetCount * weightBytes);

    /// <summary>The widest block that fits so many channels.</summary>
    public static int BlockChannels(int vectorBytes, nint channels)
    {
        int width = vectorBytes;
        while (width > channels)
        {
            width /= 2;
        }

        return width;
    }

    /// <summary>The taps in groups; −1 fills up. Nine are grouped by column, so that neighbours can share them.</summary>
    public int[] TapOrder(int taps)
    {
        if (_tapsPerGroup == Plain)
        {
            return [.. Enumerable.Range(0, taps)];
        }

        int[] order = taps == 9
            ? [0, 3, 6, -1, 1, 4, 7, -1, 2, 5, 8, -1]
            : [.. Enumerable.Range(0, (taps + Quad - 1) / Quad * Quad).Select(t => t < taps ? t : -1)];
        return order;
    }

    /// <summary>Packs what belongs to the channels.</summary>
    public byte[] Pack(ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> start, ReadOnlySpan<float> multipliers)
    {
        int channels = start.Length;
        int[] order = TapOrder(weights.Length / channels);
        using MemoryStream packed = new();
        Span<byte> number = stackalloc byte[sizeof(int)];
        for (int first = 0, width; first < channels; first += width)
        {
            width = BlockChannels(_vectorBytes, channels - first);
            for (int lane = 0; lane < _vectorBytes; lane++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(number, start[ChannelOf(lane, first, width)]);
                packed.Write(number);
            }

            for (int lane = 0; lane < _vectorBytes; lane++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(number, multipliers[ChannelOf(lane, first, width)]);
                packed.Write(number);
            }

            for (int group = 0; group < order.Length; group += _tapsPerGroup)
            {
                PackGroup(packed, weights, channels, order.AsSpan(group, _tapsPerGroup), first, width);
            }
        }

        return packed.ToArray();
    }

    private void PackGroup(MemoryStream packed, ReadOnlySpan<sbyte> weights, int channels, ReadOnlySpan<int> taps, int first, int width)
    {
        Span<byte> word = stackalloc byte[sizeof(short)];
        int laneCount = _tapsPerGroup == Plain ? _vectorBytes : _vectorBytes / Quad;
        for (int vector = 0; vector < _vectorBytes / laneCount; vector++)
        {
            // Words lie in two halves: even taps, then odd ones.
            int parts = _tapsPerGroup == Quad && _weightBytes == sizeof(short) ? 2 : 1;
            for (int part = 0; part < parts; part++)
            {
                for (int lane = 0; lane < laneCount; lane++)
                {
                    int channel = ChannelOf(vector * laneCount + lane, first, width);
                    for (int t = part; t < _tapsPerGroup; t += parts)
                    {
                        sbyte weight = taps[t] < 0 ? (sbyte)0 : weights[taps[t] * channels + channel];
                        BinaryPrimitives.WriteInt16LittleEndian(word, weight);
                        packed.Write(word[.._weightBytes]);
                    }
                }
            }
        }
    }

    // Lanes are numbered through the vectors of a block.
    private int ChannelOf(int lane, int first, int width)
    {
        if (_tapsPerGroup == Plain)
        {
            return first + lane;
        }

        int lanes = _vectorBytes / Quad;
        int vector = lane / lanes, inVector = lane % lanes;
        return first + (inVector / Quad * LaneChannels + vector * Quad + inVector % Quad) % width;
    }
}
