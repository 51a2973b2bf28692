using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>VPDPBUSD: one instruction.</summary>
internal readonly unsafe struct AvxVnniQuadSum : IQuadSum
{
    public static string Isa => "avxvnni";

    public static bool IsSupported => AvxVnni.IsSupported;

    public static int WeightBytes => sizeof(sbyte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> sum, Vector256<byte> quads, byte* weights) =>
        AvxVnni.MultiplyWideningAndAdd(sum, quads, Vector256.Load((sbyte*)weights));
}
