using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>The same meaning in operations that every platform has.</summary>
internal readonly struct PortableWordDot : IWordDot
{
    public static string Isa => "scalar";

    public static bool IsSupported => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<short> a, Vector256<short> b)
    {
        Vector256<int> x = a.AsInt32(), y = b.AsInt32();
        accumulator += (x << 16 >> 16) * (y << 16 >> 16);
        return accumulator + (x >> 16) * (y >> 16);
    }
}
