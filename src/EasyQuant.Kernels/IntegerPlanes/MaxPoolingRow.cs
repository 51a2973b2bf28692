namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Consecutive output positions of one row, all channels: <c>Output[x, c] = clamp(max_t Input[x · InputStride + Offsets[t] + c], Minimum, Maximum)</c>.</summary>
/// <remarks>Input and output have one scale, so bytes are compared as they are. Padding is no tap: positions at an edge have offsets of their own.</remarks>
internal unsafe struct MaxPoolingRow
{
    /// <summary>The first channel that the first position sees at offset 0.</summary>
    public byte* Input;

    /// <summary>Bytes from position to position.</summary>
    public nint InputStride;

    /// <summary>Where each tap lies.</summary>
    public int* Offsets;

    /// <summary>How many taps, at least one.</summary>
    public nint Taps;

    /// <summary>Where the first position's first channel goes.</summary>
    public byte* Output;

    /// <summary>Bytes from position to position of the output.</summary>
    public nint OutputStride;

    /// <summary>How many positions.</summary>
    public nint Positions;

    /// <summary>How many channels, a multiple of 16.</summary>
    public nint Channels;

    /// <summary>Whether bytes are signed.</summary>
    public bool Signed;

    /// <summary>The least stored byte of the output.</summary>
    public byte Minimum;

    /// <summary>The largest stored byte of the output.</summary>
    public byte Maximum;
}
