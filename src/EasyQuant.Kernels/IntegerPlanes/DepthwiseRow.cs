using System.Runtime.InteropServices;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// What a depthwise kernel computes at a time: consecutive output positions of one row, all channels,
/// <c>Output[x, c] = clamp(round((start[c] + Σ_t Input[x · InputStride + offset[t] + c] · w[t, c]) · m[c]) + z)</c>, ties to even.
/// </summary>
/// <remarks>
/// Inputs are unsigned bytes, weights signed ones, sums exact in 32 bits whatever the bytes are. The product with m is single
/// precision, one rounding; its magnitude must be below 2^31. Weights, start and m come from
/// <see cref="DepthwiseKernel.PackParameters"/>, offsets from <see cref="DepthwiseKernel.OrderTaps"/>, of the kernel that is run.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DepthwiseRow
{
    /// <summary>Channels come in multiples of this.</summary>
    public const int ChannelMultiple = 16;

    /// <summary>The first channel that the first position sees at offset 0.</summary>
    public byte* Input;

    /// <summary>Bytes from position to position.</summary>
    public nint InputStride;

    /// <summary>Where each tap lies, in the kernel's order.</summary>
    public int* Offsets;

    /// <summary>How many offsets there are.</summary>
    public nint OffsetCount;

    /// <summary>Start, multipliers and weights, in the kernel's layout.</summary>
    public byte* Parameters;

    /// <summary>Where the first position's first channel goes.</summary>
    public byte* Output;

    /// <summary>Bytes from position to position of the output.</summary>
    public nint OutputStride;

    /// <summary>How many positions, at least one.</summary>
    public nint Positions;

    /// <summary>How many channels, a multiple of <see cref="ChannelMultiple"/>.</summary>
    public nint Channels;

    /// <summary>Zero point and limits of the output.</summary>
    public OutputGrid* Grid;
}
