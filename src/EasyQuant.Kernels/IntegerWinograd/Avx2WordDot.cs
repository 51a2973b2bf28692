using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>VPMADDWD and an addition.</summary>
internal readonly struct Avx2WordDot : IWordDot
{
    public static string Isa => "avx2";

    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<short> a, Vector256<short> b) =>
        Avx2.Add(accumulator, Avx2.MultiplyAddAdjacent(a, b));
}
