using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// VPMADDWD on even and odd bytes, widened to 16 bits. Unlike VPMADDUBSW, which adds two products in 16 bits, nothing can
/// saturate: a product is at most 255 · 128, the sum of two fits 32 bits.
/// </summary>
internal readonly struct Avx2Dot : IDotU8S8
{
    public static string Isa => "avx2";

    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<byte> a, Vector256<sbyte> w)
    {
        Vector256<short> evenA = a.AsInt16() & Vector256.Create((short)0x00FF);
        Vector256<short> oddA = Avx2.ShiftRightLogical(a.AsInt16(), 8);
        Vector256<short> evenW = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(w.AsInt16(), 8), 8);
        Vector256<short> oddW = Avx2.ShiftRightArithmetic(w.AsInt16(), 8);
        return Avx2.Add(accumulator, Avx2.Add(Avx2.MultiplyAddAdjacent(evenA, evenW), Avx2.MultiplyAddAdjacent(oddA, oddW)));
    }
}
