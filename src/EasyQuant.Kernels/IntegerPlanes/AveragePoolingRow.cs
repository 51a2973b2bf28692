using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// Consecutive output positions of one row, all channels,
/// <c>Output[x, c] = clamp(round((Start + Σ_t Input[x · InputStride + Offsets[t] + c]) · Multipliers[x]) + z)</c>, ties to even.
/// </summary>
/// <remarks>
/// With Start = −taps · z_in a halo that holds z_in counts as zero; the number of places that are averaged is in the
/// multiplier, <c>s_in / (s_out · count)</c>, and may differ from position to position. The mean over a whole image is one
/// position whose taps are all pixels. Without a grid the product itself is the output. Sums are exact in 32 bits for up to <see cref="MostTaps"/> taps; the product is single
/// precision, one rounding.
/// </remarks>
internal unsafe struct AveragePoolingRow
{
    /// <summary>255 times as many still fit 31 bits.</summary>
    public const int MostTaps = 1 << 23;

    /// <summary>The first channel that the first position sees at offset 0.</summary>
    public byte* Input;

    /// <summary>Bytes from position to position.</summary>
    public nint InputStride;

    /// <summary>Where each tap lies.</summary>
    public int* Offsets;

    /// <summary>How many taps, at least one.</summary>
    public nint Taps;

    /// <summary>Whether the input's bytes are signed.</summary>
    public bool Signed;

    /// <summary>Where sums begin.</summary>
    public int Start;

    /// <summary>What sums are multiplied by, for each position.</summary>
    public float* Multipliers;

    /// <summary>Where the first position's first channel goes.</summary>
    public byte* Output;

    /// <summary>Bytes from position to position of the output.</summary>
    public nint OutputStride;

    /// <summary>How many positions.</summary>
    public nint Positions;

    /// <summary>How many channels, a multiple of 16.</summary>
    public nint Channels;

    /// <summary>Zero point, limits and signedness of the output; null where it is float.</summary>
    public OutputGrid* Grid;
}
