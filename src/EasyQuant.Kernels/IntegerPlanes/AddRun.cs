using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// The sum of two runs of bytes with scales of their own,
/// <c>Output[i] = clamp(round((A[i] − ZeroPointA) · MultiplierA + (B[i] − ZeroPointB) · MultiplierB) + z)</c>, ties to even.
/// </summary>
/// <remarks>
/// Single precision; both products and their sum are rounded, each by itself: no fused multiply-add, so that every
/// processor gives the same bytes. The output may be one of the inputs.
/// </remarks>
internal unsafe struct AddRun
{
    /// <summary>The first summand.</summary>
    public byte* A;

    /// <summary>The second summand.</summary>
    public byte* B;

    /// <summary>Where the sum goes.</summary>
    public byte* Output;

    /// <summary>How many bytes, a multiple of 16.</summary>
    public nint Count;

    /// <summary>What A holds for zero.</summary>
    public int ZeroPointA;

    /// <summary>What B holds for zero.</summary>
    public int ZeroPointB;

    /// <summary>A's scale by the output's.</summary>
    public float MultiplierA;

    /// <summary>B's scale by the output's.</summary>
    public float MultiplierB;

    /// <summary>Whether A's bytes are signed.</summary>
    public bool SignedA;

    /// <summary>Whether B's bytes are signed.</summary>
    public bool SignedB;

    /// <summary>Zero point, limits and signedness of the output.</summary>
    public OutputGrid* Grid;
}
