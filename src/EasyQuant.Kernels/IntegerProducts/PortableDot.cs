using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>The same meaning in operations that every platform has: byte by byte of each 32-bit lane.</summary>
internal readonly struct PortableDot : IDotU8S8
{
    public static string Isa => "scalar";

    public static bool IsSupported => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Accumulate(Vector256<int> accumulator, Vector256<byte> a, Vector256<sbyte> w)
    {
        Vector256<int> mask = Vector256.Create(0xFF);
        Vector256<int> x = a.AsInt32();
        Vector256<int> y = w.AsInt32();
        accumulator += (x & mask) * Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(y, 24), 24);
        accumulator += (Vector256.ShiftRightLogical(x, 8) & mask) * Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(y, 16), 24);
        accumulator += (Vector256.ShiftRightLogical(x, 16) & mask) * Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(y, 8), 24);
        return accumulator + Vector256.ShiftRightLogical(x, 24) * Vector256.ShiftRightArithmetic(y, 24);
    }
}
