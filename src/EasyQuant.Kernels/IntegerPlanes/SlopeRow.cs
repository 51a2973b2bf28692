using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// Consecutive positions of one row, all channels, with a slope of its own for each channel below zero,
/// <c>Output[x, c] = clamp(round((Input[x, c] − ZeroPoint) · m) + z)</c>, ties to even, where m is <c>Negative[c]</c> below the zero point and
/// <c>Positive</c> from there on.
/// </summary>
internal unsafe struct SlopeRow
{
    /// <summary>The first position's first channel.</summary>
    public byte* Input;

    /// <summary>Bytes from position to position.</summary>
    public nint InputStride;

    /// <summary>What the input holds for zero.</summary>
    public int ZeroPoint;

    /// <summary>What differences of at least zero are multiplied by.</summary>
    public float Positive;

    /// <summary>What negative differences are multiplied by, for each channel.</summary>
    public float* Negative;

    /// <summary>Where the first position's first channel goes.</summary>
    public byte* Output;

    /// <summary>Bytes from position to position of the output.</summary>
    public nint OutputStride;

    /// <summary>How many positions.</summary>
    public nint Positions;

    /// <summary>How many channels, a multiple of 16.</summary>
    public nint Channels;

    /// <summary>Zero point and limits of the output, unsigned.</summary>
    public OutputGrid* Grid;
}
