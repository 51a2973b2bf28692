using System.Runtime.CompilerServices;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>The weights of a layer as they are stored, and how many channels at a time are exact.</summary>
internal static unsafe class WinogradWeights
{
    private const int Taps = WinogradFilter.Taps;
    private const int Lanes = WinogradFilter.Lanes;

    /// <summary>How many times 32 channels.</summary>
    public static int Chunks(int inputChannels) => (inputChannels + WinogradTile.ChunkChannels - 1) / WinogradTile.ChunkChannels;

    /// <summary>How many times 16 channels.</summary>
    public static int Panels(int outputChannels) => (outputChannels + WinogradTile.PanelChannels - 1) / WinogradTile.PanelChannels;

    /// <summary>Bytes of a packed layer.</summary>
    public static long Length(int inputChannels, int outputChannels) =>
        (long)Panels(outputChannels) * WinogradTile.PanelChannels * Chunks(inputChannels) * WinogradTile.ChunkChannels * Taps;

    /// <summary>
    /// Cuts the input channels into parts none of which can give a sum that is too large: <c>|Σ q · w| ≤</c>
    /// <see cref="WinogradTile.LargestSum"/> for every output channel and all q in [<paramref name="minimum"/>, <paramref name="maximum"/>].
    /// </summary>
    /// <remarks>One part, mostly. A chunk of channels is always within the bound: 32 · 9 · 128 · 255 is less.</remarks>
    /// <param name="rows"><c>[output channel][input channel][3][3]</c>.</param>
    /// <param name="outputChannels">Output channels.</param>
    /// <param name="minimum">The least input, at least 0.</param>
    /// <param name="maximum">The largest input, at most 255.</param>
    /// <returns>Where each part ends, in chunks.</returns>
    public static int[] Parts(ReadOnlySpan<sbyte> rows, int outputChannels, int minimum, int maximum)
    {
        int length = rows.Length / outputChannels;
        int chunks = Chunks(length / Taps);
        List<int> ends = [];
        (int Positive, int Negative)[] part = new (int, int)[outputChannels];
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            int first = chunk * WinogradTile.ChunkChannels * Taps, end = Math.Min(first + WinogradTile.ChunkChannels * Taps, length);
            bool fits = true;
            for (int channel = 0; channel < outputChannels; channel++)
            {
                (int positive, int negative) = SumsOf(rows[(channel * length + first)..(channel * length + end)]);
                (positive, negative) = (positive + part[channel].Positive, negative + part[channel].Negative);
                fits &= (long)positive * maximum + (long)negative * minimum <= WinogradTile.LargestSum && (long)positive * minimum + (long)negative * maximum >= -WinogradTile.LargestSum;
                part[channel] = (positive, negative);
            }

            if (!fits)
            {
                // The chunk begins the next part instead.
                ends.Add(chunk);
                for (int channel = 0; channel < outputChannels; channel++)
                {
                    part[channel] = SumsOf(rows[(channel * length + first)..(channel * length + end)]);
                }
            }
        }

        return [.. ends, chunks];
    }

    private static (int Positive, int Negative) SumsOf(ReadOnlySpan<sbyte> weights)
    {
        (int positive, int negative) = (0, 0);
        foreach (sbyte weight in weights)
        {
            positive += Math.Max((int)weight, 0);
            negative += Math.Min((int)weight, 0);
        }

        return (positive, negative);
    }

    /// <summary>Packs the weights of a layer as <c>[panel][pair of input channels][tap][16][2]</c>.</summary>
    /// <param name="rows"><c>[output channel][input channel][3][3]</c>.</param>
    /// <param name="inputChannels">Input channels.</param>
    /// <param name="outputChannels">Output channels.</param>
    /// <param name="packed"><see cref="Length"/> zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<sbyte> rows, int inputChannels, int outputChannels, sbyte* packed)
    {
        int pairs = Chunks(inputChannels) * WinogradTile.ChunkChannels / 2;
        fixed (sbyte* first = rows)
        {
            sbyte* source = first;
            for (int k = 0; k < outputChannels; k++)
            {
                sbyte* lane = packed + (nint)(k / WinogradTile.PanelChannels) * pairs * Taps * Lanes + k % WinogradTile.PanelChannels * 2;
                for (int c = 0; c < inputChannels; c++)
                {
                    sbyte* destination = lane + (nint)(c / 2) * Taps * Lanes + c % 2;
                    for (int tap = 0; tap < Taps; tap++)
                    {
                        destination[tap * Lanes] = *source++;
                    }
                }
            }
        }
    }
}
