using System.Runtime.InteropServices;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>
/// What a convolution kernel computes at a time: consecutive output positions of one row for up to <see cref="MostPanels"/>
/// panels of sixteen output channels,
/// <c>Output[x, c] = clamp(round((Start[c] + Σ_k A[x, k] · W[k, c]) · Multipliers[c]) + z)</c>, ties to even.
/// </summary>
/// <remarks>
/// Channels lie side by side. Element group g (four consecutive k) of position x is at <c>Input + x · InputStride + Offsets[g]</c>;
/// weights are <c>[panel][group][channel][4]</c>. The product with the multiplier is single precision, one rounding; its
/// magnitude must be below 2^31. Without a grid the product itself is the output, in single precision. Machine code reads
/// the fields at their offsets.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ConvolutionRow
{
    /// <summary>Output channels of a panel: one vector of 512 bits of sums.</summary>
    public const int PanelChannels = 16;

    /// <summary>The most panels at a time.</summary>
    public const int MostPanels = 4;

    /// <summary>The first element that the first position sees at offset 0.</summary>
    public byte* Input;

    /// <summary>Bytes from position to position.</summary>
    public nint InputStride;

    /// <summary>Where each group of four elements lies.</summary>
    public int* Offsets;

    /// <summary>How many groups, at least one.</summary>
    public nint Groups;

    /// <summary>The weights of the first panel.</summary>
    public sbyte* Weights;

    /// <summary>Bytes from panel to panel.</summary>
    public nint PanelStride;

    /// <summary>Where sums begin: the bias less the zero point's share, for each channel.</summary>
    public int* Start;

    /// <summary>What sums are multiplied by, for each channel.</summary>
    public float* Multipliers;

    /// <summary>Where the first position's first channel goes.</summary>
    public byte* Output;

    /// <summary>Bytes from position to position of the output.</summary>
    public nint OutputStride;

    /// <summary>How many positions, at least one.</summary>
    public nint Positions;

    /// <summary>How many panels, 1 to <see cref="MostPanels"/>.</summary>
    public nint Panels;

    /// <summary>Zero point and limits of the output; null where it is float.</summary>
    public OutputGrid* Grid;

    /// <summary>
    /// L: the products of groups iL to iL + L − 1 can be added in 16 bits for every input that can occur, whatever i. Zero where
    /// nothing is known, so that not even two products may be.
    /// </summary>
    public nint WideningPeriod;

    /// <summary>What is added to the results and how; null where nothing is. The grid is then the sum's.</summary>
    public ResidualAdd* Residual;

    /// <summary>The first position's first summand, an unsigned byte for each output channel.</summary>
    public byte* Addend;

    /// <summary>Bytes from position to position of the summands.</summary>
    public nint AddendStride;

    /// <summary>Weights that will be read soon, to be brought nearer meanwhile; null where nothing is known. Kernels need not.</summary>
    public sbyte* SoonWeights;

    /// <summary>Where those end.</summary>
    public sbyte* SoonEnd;
}

/// <summary>The form of an output.</summary>
internal enum OutputForm
{
    /// <summary>Unsigned bytes.</summary>
    Unsigned,

    /// <summary>Signed bytes.</summary>
    Signed,

    /// <summary>Single precision.</summary>
    Real,
}

/// <summary>The integers that an output may take, repeated over a vector of 512 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OutputGrid
{
    /// <summary>z, 32 times.</summary>
    public fixed short ZeroPoint[32];

    /// <summary>The least stored byte, 64 times.</summary>
    public fixed byte Minimum[64];

    /// <summary>The largest stored byte, 64 times.</summary>
    public fixed byte Maximum[64];

    /// <summary>Whether bytes are signed.</summary>
    public bool Signed;

    public static OutputGrid Of(int zeroPoint, int minimum, int maximum, bool signed)
    {
        OutputGrid grid = new() { Signed = signed };
        new Span<short>(grid.ZeroPoint, 32).Fill((short)zeroPoint);
        new Span<byte>(grid.Minimum, 64).Fill((byte)minimum);
        new Span<byte>(grid.Maximum, 64).Fill((byte)maximum);
        return grid;
    }
}
