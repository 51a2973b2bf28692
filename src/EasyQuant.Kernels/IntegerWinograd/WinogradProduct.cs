using System.Runtime.InteropServices;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>
/// The products of one frequency, <c>Sums[t, k] = Σ_c Values[t, c] · Weights[c, k]</c> modulo 2^32, for up to
/// <see cref="WinogradTile.MostPanels"/> panels of sixteen output channels.
/// </summary>
/// <remarks>
/// Values are <c>[chunk][t][32]</c>, weights <c>[chunk][pair of channels][panel][16][2]</c>, sums <c>[t][panel][16]</c>. Kernels may
/// compute, and store, up to the next multiple of <see cref="WinogradKernel.RowStep"/> rows. Machine code reads the fields at their offsets.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WinogradProduct
{
    public short* Values;

    /// <summary>Bytes from chunk to chunk of the values.</summary>
    public nint ChunkStride;

    public short* Weights;

    public int* Sums;

    /// <summary>How many times 32 input channels.</summary>
    public nint Chunks;

    /// <summary>How many tiles.</summary>
    public nint Rows;

    public nint Panels;
}
