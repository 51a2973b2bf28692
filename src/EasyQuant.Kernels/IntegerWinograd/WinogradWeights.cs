using System.Runtime.CompilerServices;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>
/// The weights of a layer, transformed: <c>U = G W Gᵀ</c> with rows (6 0 0), (−4 −4 −4), (−4 4 −4), (1 2 4), (1 −2 4), (0 0 6),
/// which is 24 times the usual G, but for the last row, which is six times: so |U| is at most 144 · 128 = 18,432.
/// </summary>
/// <remarks>
/// They lie as <c>[group][frequency][pair of input channels][panel][16][2]</c>, a group being <see cref="WinogradTile.MostPanels"/>
/// panels, or what is left.
/// </remarks>
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
    /// Whether no input can make a sum too large: <c>|Σ q · w| ≤</c> <see cref="WinogradTile.LargestSum"/> for every output channel and
    /// all q in [<paramref name="minimum"/>, <paramref name="maximum"/>].
    /// </summary>
    /// <param name="rows"><c>[output channel][input channel][3][3]</c>.</param>
    /// <param name="outputChannels">Output channels.</param>
    /// <param name="minimum">The least input, at least 0.</param>
    /// <param name="maximum">The largest input, at most 255.</param>
    public static bool AreExact(ReadOnlySpan<sbyte> rows, int outputChannels, int minimum, int maximum)
    {
        int length = rows.Length / outputChannels;
        for (int channel = 0; channel < outputChannels; channel++)
        {
            long positive = 0, negative = 0;
            foreach (sbyte weight in rows.Slice(channel * length, length))
            {
                positive += Math.Max((int)weight, 0);
                negative += Math.Min((int)weight, 0);
            }

            if (positive * maximum + negative * minimum > WinogradTile.LargestSum || positive * minimum + negative * maximum < -WinogradTile.LargestSum)
            {
                return false;
            }
        }

        return true;
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
