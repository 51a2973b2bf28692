using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>Sums of products in 16 bits, two products a lane and step, and their way to 32 bits.</summary>
/// <remarks>VPMADDUBSW saturates and VPADDW wraps: who calls these has proved that neither happens (<see cref="ConvolutionRow.WideningPeriod"/>).</remarks>
internal static unsafe class WordSums
{
    /// <summary>Four elements of a position in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Broadcast512(byte* elements) => Vector512.Create(*(int*)elements).AsByte();

    /// <summary>Four elements of a position in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Broadcast256(byte* elements) => Vector256.Create(*(int*)elements).AsByte();

    /// <summary><c>a[2i] · w[2i] + a[2i + 1] · w[2i + 1]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Products(Vector512<byte> a, Vector512<sbyte> w)
    {
        WordOverflows.CountProducts(a, w);
        return Avx512BW.MultiplyAddAdjacent(a, w);
    }

    /// <inheritdoc cref="Products(Vector512{byte}, Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Products(Vector256<byte> a, Vector256<sbyte> w)
    {
        WordOverflows.CountProducts(a, w);
        return Avx2.MultiplyAddAdjacent(a, w);
    }

    /// <summary>The sum with the next step's products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Add(Vector512<short> sum, Vector512<byte> a, Vector512<sbyte> w)
    {
        Vector512<short> products = Products(a, w);
        WordOverflows.CountSum(sum, products);
        return Avx512BW.Add(sum, products);
    }

    /// <inheritdoc cref="Add(Vector512{short}, Vector512{byte}, Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Add(Vector256<short> sum, Vector256<byte> a, Vector256<sbyte> w)
    {
        Vector256<short> products = Products(a, w);
        WordOverflows.CountSum(sum, products);
        return Avx2.Add(sum, products);
    }

    /// <summary>Both halves of each lane added to its 32-bit sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen(Vector512<int> total, Vector512<short> sum) =>
        Avx512F.Add(total, Avx512BW.MultiplyAddAdjacent(sum, Vector512.Create((short)1)));

    /// <inheritdoc cref="Widen(Vector512{int}, Vector512{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector256<int> total, Vector256<short> sum) =>
        Avx2.Add(total, Avx2.MultiplyAddAdjacent(sum, Vector256.Create((short)1)));
}
