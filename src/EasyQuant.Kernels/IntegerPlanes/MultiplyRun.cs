using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// The products of two runs of unsigned bytes with scales of their own,
/// <c>Output[i] = clamp(round((A[i] − ZeroPointA) · (B[i] − ZeroPointB) · Multiplier) + z)</c>, ties to even.
/// </summary>
/// <remarks>The product of the integers is exact; its product with the multiplier is rounded once. The output may be one of the inputs.</remarks>
internal unsafe struct MultiplyRun
{
    /// <summary>The first factor.</summary>
    public byte* A;

    /// <summary>The second factor.</summary>
    public byte* B;

    /// <summary>Where the product goes.</summary>
    public byte* Output;

    /// <summary>How many bytes, a multiple of 16.</summary>
    public nint Count;

    /// <summary>What A holds for zero.</summary>
    public int ZeroPointA;

    /// <summary>What B holds for zero.</summary>
    public int ZeroPointB;

    /// <summary>Both scales by the output's.</summary>
    public float Multiplier;

    /// <summary>Zero point and limits of the output, unsigned.</summary>
    public OutputGrid* Grid;
}
