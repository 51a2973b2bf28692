using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerPlanes;

namespace EasyQuant.Kernels.IntegerWinograd;

/// <summary>Vectors of 512 bits: 32 input channels or 16 output channels. Needs AVX512BW.</summary>
internal readonly unsafe struct WinogradVectors512 : IWinogradVectors<Vector512<short>, Vector512<int>>
{
    public static int Words => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Widen(byte* source) => Avx512BW.ConvertToVector512Int16(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> WidenSigned(sbyte* source) => Avx512BW.ConvertToVector512Int16(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<short> words, short* destination) => words.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Add(Vector512<short> a, Vector512<short> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Subtract(Vector512<short> a, Vector512<short> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Quadruple(Vector512<short> a) => a << 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Sextuple(Vector512<short> a) => a * Vector512.Create((short)6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(int* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Subtract(Vector512<int> a, Vector512<int> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Quadruple(Vector512<int> a) => a << 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(WinogradOutput* tile, nint channel, int row, Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d)
    {
        // The first part begins at the same numbers for all positions.
        nint total = tile->Channels;
        int* totals = tile->Totals + row * WinogradTile.Outputs * total + channel;
        int* start = tile->IsFirstPart ? tile->Start + channel : totals;
        nint next = tile->IsFirstPart ? 0 : total;
        a = Divide(a) + Vector512.Load(start);
        b = Divide(b) + Vector512.Load(start + next);
        c = Divide(c) + Vector512.Load(start + 2 * next);
        d = Divide(d) + Vector512.Load(start + 3 * next);
        if (!tile->IsLastPart)
        {
            a.Store(totals);
            b.Store(totals + total);
            c.Store(totals + 2 * total);
            d.Store(totals + 3 * total);
            return;
        }

        Vector512<float> multipliers = Vector512.Load(tile->Multipliers + channel);
        Vector512<float> x = Vector512.ConvertToSingle(a) * multipliers, y = Vector512.ConvertToSingle(b) * multipliers;
        Vector512<float> z = Vector512.ConvertToSingle(c) * multipliers, w = Vector512.ConvertToSingle(d) * multipliers;
        nint stride = tile->PositionStride;
        int count = tile->Width;
        byte* destination = tile->Output + row * tile->RowStride + channel * (tile->Grid == null ? sizeof(float) : 1);
        if (tile->Grid == null)
        {
            StoreReals(x, y, z, w, destination, stride, count);
            return;
        }

        // The packs leave four channels of each output in every 128-bit lane.
        Vector512<byte> bytes = Requantization.LanesToBytes(x, y, z, w, tile->Grid);
        bytes = Vector512.Shuffle(bytes.AsInt32(), Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)).AsByte();
        bytes.GetLower().GetLower().Store(destination);
        if (count > 1)
        {
            bytes.GetLower().GetUpper().Store(destination + stride);
        }

        if (count > 2)
        {
            bytes.GetUpper().GetLower().Store(destination + 2 * stride);
        }

        if (count > 3)
        {
            bytes.GetUpper().GetUpper().Store(destination + 3 * stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Divide(Vector512<int> sum) => sum * WinogradTile.InverseOfNine >> WinogradTile.DivisorShift;

    private static void StoreReals(Vector512<float> x, Vector512<float> y, Vector512<float> z, Vector512<float> w, byte* destination, nint stride, int count)
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
