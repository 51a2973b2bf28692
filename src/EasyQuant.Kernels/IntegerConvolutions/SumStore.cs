using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerPlanes;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>What becomes of the sums of a tile: multiplied, rounded, clamped and stored; stored as products where the row has no grid.</summary>
internal static unsafe class SumStore
{
    /// <summary>Sixteen channels of a position, in operations that every platform has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void One(ConvolutionRow* row, nint x, nint channel, Vector256<int> a, Vector256<int> b)
    {
        Vector256<float> lowReals = Product(row, x, channel, a), highReals = Product(row, x, channel + 8, b);
        if (row->Grid == null)
        {
            StoreReals(row, x, channel, lowReals);
            StoreReals(row, x, channel + 8, highReals);
            return;
        }

        Requantization.ToBytes(lowReals.GetLower(), lowReals.GetUpper(), highReals.GetLower(), highReals.GetUpper(), row->Grid)
            .Store(row->Output + x * row->OutputStride + channel);
    }

    /// <summary>Sixteen channels of two positions, each in two vectors. Needs AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Two(ConvolutionRow* row, nint x, nint y, nint channel, Vector256<int> x0, Vector256<int> x8, Vector256<int> y0, Vector256<int> y8)
    {
        Vector256<float> a = Product(row, x, channel, x0), b = Product(row, x, channel + 8, x8), c = Product(row, y, channel, y0), d = Product(row, y, channel + 8, y8);
        if (row->Grid == null)
        {
            StoreReals(row, x, channel, a);
            StoreReals(row, x, channel + 8, b);
            StoreReals(row, y, channel, c);
            StoreReals(row, y, channel + 8, d);
            return;
        }

        Vector256<byte> bytes = Requantization.LanesToBytes(a, b, c, d, row->Grid);
        bytes = Avx2.PermuteVar8x32(bytes.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsByte();
        byte* output = row->Output + channel;
        bytes.GetLower().Store(output + x * row->OutputStride);
        bytes.GetUpper().Store(output + y * row->OutputStride);
    }

    /// <summary>32 channels of two positions. Needs AVX512BW.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TwoPairs(ConvolutionRow* row, nint x, nint y, nint channel, Vector512<int> x0, Vector512<int> x16, Vector512<int> y0, Vector512<int> y16)
    {
        Vector512<float> a = Product(row, x, channel, x0), b = Product(row, x, channel + 16, x16), c = Product(row, y, channel, y0), d = Product(row, y, channel + 16, y16);
        if (row->Grid == null)
        {
            StoreReals(row, x, channel, a);
            StoreReals(row, x, channel + 16, b);
            StoreReals(row, y, channel, c);
            StoreReals(row, y, channel + 16, d);
            return;
        }

        Vector512<byte> bytes = InOrder(Requantization.LanesToBytes(a, b, c, d, row->Grid));
        byte* output = row->Output + channel;
        bytes.GetLower().Store(output + x * row->OutputStride);
        bytes.GetUpper().Store(output + y * row->OutputStride);
    }

    /// <summary>Sixteen channels of four positions. Needs AVX512BW.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four(
        ConvolutionRow* row, nint x, nint y, nint z, nint v, nint channel, Vector512<int> sumsX, Vector512<int> sumsY, Vector512<int> sumsZ, Vector512<int> sumsV)
    {
        Vector512<float> a = Product(row, x, channel, sumsX), b = Product(row, y, channel, sumsY), c = Product(row, z, channel, sumsZ), d = Product(row, v, channel, sumsV);
        if (row->Grid == null)
        {
            StoreReals(row, x, channel, a);
            StoreReals(row, y, channel, b);
            StoreReals(row, z, channel, c);
            StoreReals(row, v, channel, d);
            return;
        }

        Vector512<byte> bytes = InOrder(Requantization.LanesToBytes(a, b, c, d, row->Grid));
        byte* output = row->Output + channel;
        bytes.GetLower().GetLower().Store(output + x * row->OutputStride);
        bytes.GetLower().GetUpper().Store(output + y * row->OutputStride);
        bytes.GetUpper().GetLower().Store(output + z * row->OutputStride);
        bytes.GetUpper().GetUpper().Store(output + v * row->OutputStride);
    }

    // The packs leave in each 128-bit lane four bytes of every vector.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> InOrder(Vector512<byte> lanes) =>
        Avx512F.PermuteVar16x32(lanes.AsInt32(), Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Product(ConvolutionRow* row, nint x, nint channel, Vector256<int> sums)
    {
        Vector256<float> product = Vector256.ConvertToSingle(sums) * Vector256.Load(row->Multipliers + channel);
        if (row->Residual == null)
        {
            return product;
        }

        ResidualAdd* add = row->Residual;
        product = Vector256.MinNative(Vector256.MaxNative(Vector256.Round(product), Vector256.Create(add->Minimum)), Vector256.Create(add->Maximum));
        Vector128<ushort> words = Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)(row->Addend + x * row->AddendStride + channel)).AsByte());
        Vector256<float> addend = Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)).AsInt32());
        return product * Vector256.Create(add->Multiplier) + (addend - Vector256.Create(add->AddendZeroPoint)) * Vector256.Create(add->AddendMultiplier);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Product(ConvolutionRow* row, nint x, nint channel, Vector512<int> sums)
    {
        Vector512<float> product = Vector512.ConvertToSingle(sums) * Vector512.Load(row->Multipliers + channel);
        if (row->Residual == null)
        {
            return product;
        }

        ResidualAdd* add = row->Residual;
        product = Vector512.MinNative(Vector512.MaxNative(Vector512.Round(product), Vector512.Create(add->Minimum)), Vector512.Create(add->Maximum));
        Vector512<float> addend = Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(row->Addend + x * row->AddendStride + channel)));
        return product * Vector512.Create(add->Multiplier) + (addend - Vector512.Create(add->AddendZeroPoint)) * Vector512.Create(add->AddendMultiplier);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreReals(ConvolutionRow* row, nint x, nint channel, Vector256<float> reals) =>
        reals.Store((float*)(row->Output + x * row->OutputStride) + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreReals(ConvolutionRow* row, nint x, nint channel, Vector512<float> reals) =>
        reals.Store((float*)(row->Output + x * row->OutputStride) + channel);
}
