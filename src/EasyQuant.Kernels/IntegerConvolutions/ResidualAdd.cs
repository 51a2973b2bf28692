using System.Runtime.InteropServices;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>
/// An addition behind a convolution, of the integers that the convolution by itself would have stored:
/// <c>Output = clamp(round(r · Multiplier + (B − AddendZeroPoint) · AddendMultiplier) + z)</c> with
/// <c>r = clamp(round(acc · m), Minimum, Maximum)</c>.
/// </summary>
/// <remarks>Both products and their sum are rounded to single precision, each by itself, as in <see cref="IntegerPlanes.AddRun"/>. Machine code reads the fields at their offsets.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct ResidualAdd
{
    /// <summary>The least result of the convolution, less its zero point.</summary>
    public float Minimum;

    /// <summary>The largest result of the convolution, less its zero point.</summary>
    public float Maximum;

    /// <summary>The scale of the convolution's result by that of the sum.</summary>
    public float Multiplier;

    /// <summary>What the summand B holds for zero.</summary>
    public float AddendZeroPoint;

    /// <summary>The scale of the summand by that of the sum.</summary>
    public float AddendMultiplier;
}
