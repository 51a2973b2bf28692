using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>VPMADDWD on even and odd taps, widened to 16 bits: exact, as two products are at most 2 · 255 · 128.</summary>
internal readonly unsafe struct Avx2QuadSum : IQuadSum
{
    public static string Isa => "avx2";

    public static bool IsSupported => Avx2.IsSupported;

    public static int WeightBytes => sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> sum, Vector256<byte> quads, byte* weights)
    {
        Vector256<short> even = quads.AsInt16() & Vector256.Create((short)0x00FF);
        Vector256<short> odd = Avx2.ShiftRightLogical(quads.AsInt16(), 8);
        sum += Avx2.MultiplyAddAdjacent(even, Vector256.Load((short*)weights));
        return sum + Avx2.MultiplyAddAdjacent(odd, Vector256.Load((short*)weights + 16));
    }
}
