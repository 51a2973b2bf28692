using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerPlanes;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>Vectors of 256 bits in operations that every platform has: 16 input channels or 8 output channels.</summary>
internal readonly unsafe struct WinogradVectors256 : IWinogradVectors<Vector256<short>, Vector256<int>>
{
    public static int Words => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Widen(byte* source)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int16(Vector128.Load(source));
        }

        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(source));
        return Vector256.Create(low, high).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> WidenSigned(sbyte* source)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int16(Vector128.Load(source));
        }

        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Load(source));
        return Vector256.Create(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<short> words, short* destination) => words.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Add(Vector256<short> a, Vector256<short> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Subtract(Vector256<short> a, Vector256<short> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Quadruple(Vector256<short> a) => a << 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Sextuple(Vector256<short> a) => a * Vector256.Create((short)6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Subtract(Vector256<int> a, Vector256<int> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Quadruple(Vector256<int> a) => a << 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(WinogradOutput* tile, nint channel, int row, Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        // The first part begins at the same numbers for all positions.
        nint total = tile->Channels;
        int* totals = tile->Totals + row * WinogradTile.Outputs * total + channel;
        int* start = tile->IsFirstPart ? tile->Start + channel : totals;
        nint next = tile->IsFirstPart ? 0 : total;
        a = Divide(a) + Vector256.Load(start);
        b = Divide(b) + Vector256.Load(start + next);
        c = Divide(c) + Vector256.Load(start + 2 * next);
        d = Divide(d) + Vector256.Load(start + 3 * next);
        if (!tile->IsLastPart)
        {
            a.Store(totals);
            b.Store(totals + total);
            c.Store(totals + 2 * total);
            d.Store(totals + 3 * total);
            return;
        }

        Vector256<float> multipliers = Vector256.Load(tile->Multipliers + channel);
        Vector256<float> x = Vector256.ConvertToSingle(a) * multipliers, y = Vector256.ConvertToSingle(b) * multipliers;
        Vector256<float> z = Vector256.ConvertToSingle(c) * multipliers, w = Vector256.ConvertToSingle(d) * multipliers;
        nint stride = tile->PositionStride;
        int count = tile->Width;
        byte* destination = tile->Output + row * tile->RowStride + channel * (tile->Grid == null ? sizeof(float) : 1);
        if (tile->Grid == null)
        {
            StoreReals(x, y, z, w, destination, stride, count);
            return;
        }

        Vector128<ulong> low, high;
        if (Avx2.IsSupported)
        {
            // The packs leave four channels of each output in every 128-bit lane.
            Vector256<byte> bytes = Requantization.LanesToBytes(x, y, z, w, tile->Grid);
            Vector256<ulong> ordered = Avx2.PermuteVar8x32(bytes.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsUInt64();
            (low, high) = (ordered.GetLower(), ordered.GetUpper());
        }
        else
        {
            low = Requantization.ToBytes(x.GetLower(), x.GetUpper(), y.GetLower(), y.GetUpper(), tile->Grid).AsUInt64();
            high = Requantization.ToBytes(z.GetLower(), z.GetUpper(), w.GetLower(), w.GetUpper(), tile->Grid).AsUInt64();
        }

        *(ulong*)destination = low.GetElement(0);
        if (count > 1)
        {
            *(ulong*)(destination + stride) = low.GetElement(1);
        }

        if (count > 2)
        {
            *(ulong*)(destination + 2 * stride) = high.GetElement(0);
        }

        if (count > 3)
        {
            *(ulong*)(destination + 3 * stride) = high.GetElement(1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Divide(Vector256<int> sum) => sum * WinogradTile.InverseOfNine >> WinogradTile.DivisorShift;

    private static void StoreReals(Vector256<float> x, Vector256<float> y, Vector256<float> z, Vector256<float> w, byte* destination, nint stride, int count)
    {
        x.Store((float*)destination);
        if (count > 1)
        {
            y.Store((float*)(destination + stride));
        }

        if (count > 2)
        {
            z.Store((float*)(destination + 2 * stride));
        }

        if (count > 3)
        {
            w.Store((float*)(destination + 3 * stride));
        }
    }
}
