using System.Runtime.InteropServices;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// What a product kernel computes at a time: up to <see cref="MostRows"/> rows of signed weights against a strip of positions,
/// <c>Output[i · OutputStride + p] = Start[i] + Σ_k Rows[i · RowStride + k] · A[p, k]</c>, for whole panels of sixteen positions.
/// </summary>
/// <remarks>A is laid out as <see cref="QuadMatrix"/> says. Machine code reads the fields at their offsets.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProductStrip
{
    /// <summary>The most rows of a strip; rows of weights are padded to a multiple.</summary>
    public const int MostRows = 12;

    /// <summary>Positions of a panel: one vector of 512 bits.</summary>
    public const int PanelPositions = 16;

    /// <summary>The first position of the strip, to which offsets are added.</summary>
    public byte* Base;

    /// <summary>Where each group of four elements begins.</summary>
    public int* Offsets;

    /// <summary>How many groups, at least one.</summary>
    public nint Groups;

    /// <summary>How many panels, at least one.</summary>
    public nint PanelCount;

    /// <summary>The first row.</summary>
    public sbyte* Rows;

    /// <summary>Bytes from row to row.</summary>
    public nint RowStride;

    /// <summary>How many rows, 1 to <see cref="MostRows"/>.</summary>
    public nint RowCount;

    /// <summary>Where each row's sums begin.</summary>
    public int* Start;

    /// <summary>Where the sums go. Kernels may write all <see cref="MostRows"/> rows.</summary>
    public int* Output;

    /// <summary>Elements from row to row of the output.</summary>
    public nint OutputStride;
}
