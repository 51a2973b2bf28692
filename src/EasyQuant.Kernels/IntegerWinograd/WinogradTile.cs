namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>
/// The numbers of F(4 × 4, 3 × 3): a patch of 6 × 6 inputs gives a tile of 4 × 4 outputs with 36 products for each pair of
/// channels instead of 144, <c>576 · Y = Aᵀ [(G W Gᵀ) ∘ (Bᵀ D B)] A</c> (Lavin and Gray, 2015, with all fractions multiplied away).
/// </summary>
internal static class WinogradTile
{
    /// <summary>Outputs along a side.</summary>
    public const int Outputs = 4;

    /// <summary>Inputs along a side.</summary>
    public const int Inputs = 6;

    /// <summary>Places of a patch, before and after it is transformed.</summary>
    public const int Frequencies = Inputs * Inputs;

    /// <summary>Input channels that lie side by side: 64 bytes of words.</summary>
    public const int ChunkChannels = 32;

    /// <summary>Output channels of a panel: one vector of 512 bits of sums.</summary>
    public const int PanelChannels = 16;

    /// <summary>The most panels whose products are computed together.</summary>
    public const int MostPanels = 2;

    /// <summary>24 · 24 = 9 · 2^6: the power of two of what outputs are multiplied by.</summary>
    public const int DivisorShift = 6;

    /// <summary>9⁻¹ modulo 2^32: multiplication by it divides multiples of 9.</summary>
    public const int InverseOfNine = 0x38E38E39;

    /// <summary>
    /// How large a sum may be. <c>576 · y · 9⁻¹ = 64 · y</c> holds modulo 2^32 whatever overflowed on the way, and y is what an
    /// arithmetic shift by six leaves if <c>64 · y</c> fits 32 bits.
    /// </summary>
    public const int LargestSum = (1 << 31 - DivisorShift) - 1;
}
