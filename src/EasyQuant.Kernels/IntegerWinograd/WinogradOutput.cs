using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>
/// One tile's sums to transform back and round: <c>Y = Aᵀ M A / 576</c>, then <c>clamp(round((Start[c] + Y) · Multipliers[c]) + z)</c>
/// as in <see cref="ConvolutionRow"/>.
/// </summary>
/// <remarks>
/// Where the input channels come in several parts, so that no part's outputs exceed <see cref="WinogradTile.LargestSum"/>, what all but
/// the last give is added up in <see cref="Totals"/>.
/// </remarks>
internal unsafe struct WinogradOutput
{
    /// <summary>The sums of the tile's first frequency.</summary>
    public int* Sums;

    /// <summary>Sums from frequency to frequency.</summary>
    public nint FrequencyStride;

    /// <summary>How many channels, a multiple of 16.</summary>
    public nint Channels;

    /// <summary>The bias less the zero point's share, for each channel.</summary>
    public int* Start;

    public float* Multipliers;

    /// <summary>Outputs so far, <c>[16 positions][channel]</c>.</summary>
    public int* Totals;

    /// <summary>Whether there are none so far: begins at <see cref="Start"/>.</summary>
    public bool IsFirstPart;

    /// <summary>Whether outputs are complete, to be rounded and stored.</summary>
    public bool IsLastPart;

    /// <summary>Where the first channel of the first position goes.</summary>
    public byte* Output;

    public nint RowStride;

    public nint PositionStride;

    /// <summary>Rows of the tile that are stored.</summary>
    public int Height;

    /// <summary>Positions of a row that are stored.</summary>
    public int Width;

    /// <summary>Zero point and limits of the output; null where it is float.</summary>
    public OutputGrid* Grid;
}
