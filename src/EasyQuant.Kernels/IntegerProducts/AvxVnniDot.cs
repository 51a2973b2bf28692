using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>VPDPBUSD: one instruction.</summary>
internal readonly struct AvxVnniDot : IDotU8S8
{
    public static string Isa => "avxvnni";

    public static bool IsSupported => AvxVnni.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<byte> a, Vector256<sbyte> w) =>
        AvxVnni.MultiplyWideningAndAdd(accumulator, a, w);
}
