namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>The weights of one or more panels to transform, <c>U = G W Gᵀ</c> for every pair of input channels.</summary>
/// <remarks>|U| is at most 144 · 128 = 18,432.</remarks>
internal unsafe struct WinogradFilter
{
    /// <summary>Weights of an input channel for an output channel.</summary>
    public const int Taps = 9;

    /// <summary>Weights side by side: sixteen output channels by two input channels.</summary>
    public const int Lanes = 2 * WinogradTile.PanelChannels;

    /// <summary>The weights of the first panel, <c>[pair][tap][16][2]</c>.</summary>
    public sbyte* Weights;

    /// <summary>Bytes from panel to panel.</summary>
    public nint PanelStride;

    public nint Panels;

    public nint Pairs;

    /// <summary>U of the first frequency, <c>[pair][panel][16][2]</c>.</summary>
    public short* Values;

    /// <summary>Words from frequency to frequency.</summary>
    public nint FrequencyStride;
}
