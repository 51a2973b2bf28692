using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>
/// One tile's sums to transform back and round: <c>Y = Aᵀ M A / 576</c>, then <c>clamp(round((Start[c] + Y) · Multipliers[c]) + z)</c>
/// as in <see cref="ConvolutionRow"/>.
/// </summary>
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
