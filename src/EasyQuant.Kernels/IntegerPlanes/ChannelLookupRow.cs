namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Consecutive positions of one row, all channels, with a table for each channel: <c>Output[x, c] = Tables[256 c + Input[x, c]]</c>.</summary>
internal unsafe struct ChannelLookupRow
{
    /// <summary>The first position's first channel.</summary>
    public byte* Input;

    /// <summary>Bytes from position to position.</summary>
    public nint InputStride;

    /// <summary>256 bytes for each channel.</summary>
    public byte* Tables;

    /// <summary>Where the first position's first channel goes.</summary>
    public byte* Output;

    /// <summary>Bytes from position to position of the output.</summary>
    public nint OutputStride;

    /// <summary>How many positions.</summary>
    public nint Positions;

    /// <summary>How many channels.</summary>
    public nint Channels;
}
