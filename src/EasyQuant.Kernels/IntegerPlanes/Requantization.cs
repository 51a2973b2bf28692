using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary><c>clamp(round(x) + z)</c>, ties to even, of four vectors; magnitudes below 2^31.</summary>
internal static unsafe class Requantization
{
    /// <summary>Vectors in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ToBytes(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, OutputGrid* grid)
    {
        Vector128<short> z = Vector128.Load(grid->ZeroPoint);
        Vector128<short> low = Vector128.AddSaturate(Vector128.NarrowWithSaturation(ToIntegers(a), ToIntegers(b)), z);
        Vector128<short> high = Vector128.AddSaturate(Vector128.NarrowWithSaturation(ToIntegers(c), ToIntegers(d)), z);
        if (grid->Signed)
        {
            Vector128<sbyte> signed = Vector128.NarrowWithSaturation(low, high);
            return Vector128.Min(Vector128.Max(signed, Vector128.Load((sbyte*)grid->Minimum)), Vector128.Load((sbyte*)grid->Maximum)).AsByte();
        }

        low = Vector128.Max(low, Vector128<short>.Zero);
        high = Vector128.Max(high, Vector128<short>.Zero);
        Vector128<byte> bytes = Vector128.NarrowWithSaturation(low.AsUInt16(), high.AsUInt16());
        return Vector128.Min(Vector128.Max(bytes, Vector128.Load(grid->Minimum)), Vector128.Load(grid->Maximum));
    }

    /// <summary>Vectors that hold, in 128-bit lane L of vector j, elements 16L + 4j … 16L + 4j + 3. Needs AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LanesToBytes(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, OutputGrid* grid)
    {
        Vector256<short> z = Vector256.Load(grid->ZeroPoint);
        Vector256<short> low = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(a), Avx.ConvertToVector256Int32(b));
        Vector256<short> high = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(c), Avx.ConvertToVector256Int32(d));
        low = Avx2.AddSaturate(low, z);
        high = Avx2.AddSaturate(high, z);
        if (grid->Signed)
        {
            Vector256<sbyte> signed = Avx2.PackSignedSaturate(low, high);
            return Avx2.Min(Avx2.Max(signed, Vector256.Load((sbyte*)grid->Minimum)), Vector256.Load((sbyte*)grid->Maximum)).AsByte();
        }

        Vector256<byte> bytes = Avx2.PackUnsignedSaturate(low, high);
        return Avx2.Min(Avx2.Max(bytes, Vector256.Load(grid->Minimum)), Vector256.Load(grid->Maximum));
    }

    /// <summary>Vectors that hold, in 128-bit lane L of vector j, elements 16L + 4j … 16L + 4j + 3. Needs AVX512BW.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LanesToBytes(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, OutputGrid* grid)
    {
        Vector512<short> z = Vector512.Load(grid->ZeroPoint);
        Vector512<short> low = Avx512BW.PackSignedSaturate(Avx512F.ConvertToVector512Int32(a), Avx512F.ConvertToVector512Int32(b));
        Vector512<short> high = Avx512BW.PackSignedSaturate(Avx512F.ConvertToVector512Int32(c), Avx512F.ConvertToVector512Int32(d));
        low = Avx512BW.AddSaturate(low, z);
        high = Avx512BW.AddSaturate(high, z);
        if (grid->Signed)
        {
            Vector512<sbyte> signed = Avx512BW.PackSignedSaturate(low, high);
            return Avx512BW.Min(Avx512BW.Max(signed, Vector512.Load((sbyte*)grid->Minimum)), Vector512.Load((sbyte*)grid->Maximum)).AsByte();
        }

        Vector512<byte> bytes = Avx512BW.PackUnsignedSaturate(low, high);
        return Avx512BW.Min(Avx512BW.Max(bytes, Vector512.Load(grid->Minimum)), Vector512.Load(grid->Maximum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> ToIntegers(Vector128<float> x) => Vector128.ConvertToInt32(Vector128.Round(x));
}
