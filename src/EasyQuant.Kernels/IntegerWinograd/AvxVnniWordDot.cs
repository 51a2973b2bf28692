using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>VPDPWSSD: one instruction.</summary>
internal readonly struct AvxVnniWordDot : IWordDot
{
    public static string Isa => "avxvnni";

    public static bool IsSupported => AvxVnni.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<short> a, Vector256<short> b) =>
        AvxVnni.MultiplyWideningAndAdd(accumulator, a, b);
}
