using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// Four taps of 32 bytes at a time, interleaved into quads: one position by 32 channels, or two by sixteen. Three columns that
/// neighbouring positions share are interleaved once. For every instruction set that <typeparamref name="TSum"/> stands for.
/// </summary>
internal static unsafe class DepthwiseRowU8S8_1x32k4<TSum>
    where TSum : struct, IQuadSum
{
    private const int VectorBytes = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(DepthwiseRow* row)
    {
        bool columnsAreShared = DepthwiseColumns.SharingOf(row) == DepthwiseSharing.TwoColumns;
        byte* parameters = row->Parameters;
        for (nint c = 0; c < row->Channels;)
        {
            int width = DepthwiseLayout.BlockChannels(VectorBytes, row->Channels - c);
            if (width == VectorBytes)
            {
                RunBlock<WholeVector>(row, c, parameters, 0, columnsAreShared);
            }
            else
            {
                RunBlock<TwoHalves>(row, c, parameters, row->Positions / 2, columnsAreShared);
            }

            parameters += DepthwiseLayout.BlockBytes(VectorBytes, row->OffsetCount, TSum.WeightBytes);
            c += width;
        }
    }

    // Parts of the row side by side, equally far from each other; where the division leaves a rest, they overlap.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunBlock<TBytes>(DepthwiseRow* row, nint channel, byte* parameters, nint distance, bool columnsAreShared)
        where TBytes : struct, IBytes
    {
        if (columnsAreShared)
        {
            RunColumns<TBytes>(row, channel, parameters, distance);
            return;
        }

        byte* input = row->Input + channel, output = row->Output + channel;
        for (nint x = row->Positions - (TBytes.Parts - 1) * distance; x > 0; x--)
        {
            RunTile<TBytes>(row, input, parameters, output, distance * row->InputStride, distance * row->OutputStride);
            input += row->InputStride;
            output += row->OutputStride;
        }
    }

    // Positions in steps of one column: a new column is the last of one position, the middle of the next and the first of the one after it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunColumns<TBytes>(DepthwiseRow* row, nint channel, byte* parameters, nint distance)
        where TBytes : struct, IBytes
    {
        const int Sums = VectorBytes / 4;
        int step = VectorBytes * TSum.WeightBytes;
        int* start = (int*)parameters;
        float* multipliers = (float*)(start + VectorBytes);
        byte* weights = (byte*)(multipliers + VectorBytes);
        nint inputDistance = distance * row->InputStride, outputDistance = distance * row->OutputStride, inputStride = row->InputStride;
        byte* input = row->Input + channel, output = row->Output + channel;
        byte* taps0 = input + row->Offsets[0], taps1 = input + row->Offsets[1], taps2 = input + row->Offsets[2], taps3 = input + row->Offsets[3];

        // a … d are the sums of the next position, e … h of the one after it. The first two columns finish none.
        Vector256<int> a = Vector256<int>.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        nint positions = row->Positions - (TBytes.Parts - 1) * distance;
        for (nint x = 1 - DepthwiseColumns.Count; x < positions; x++)
        {
            Vector256<byte> t0 = TBytes.Load(taps0, inputDistance), t1 = TBytes.Load(taps1, inputDistance);
            Vector256<byte> t2 = TBytes.Load(taps2, inputDistance), t3 = TBytes.Load(taps3, inputDistance);
            taps0 += inputStride;
            taps1 += inputStride;
            taps2 += inputStride;
            taps3 += inputStride;
            Vector256<short> low01 = Avx2.UnpackLow(t0, t1).AsInt16(), low23 = Avx2.UnpackLow(t2, t3).AsInt16();
            Vector256<short> high01 = Avx2.UnpackHigh(t0, t1).AsInt16(), high23 = Avx2.UnpackHigh(t2, t3).AsInt16();
            Vector256<byte> quads0 = Avx2.UnpackLow(low01, low23).AsByte();
            Vector256<int> sum0 = TSum.Accumulate(a, quads0, weights + 8 * step);
            a = TSum.Accumulate(e, quads0, weights + 4 * step);
            e = TSum.Accumulate(Vector256.Load(start), quads0, weights);
            Vector256<byte> quads1 = Avx2.UnpackHigh(low01, low23).AsByte();
            Vector256<int> sum1 = TSum.Accumulate(b, quads1, weights + 9 * step);
            b = TSum.Accumulate(f, quads1, weights + 5 * step);
            f = TSum.Accumulate(Vector256.Load(start + Sums), quads1, weights + step);
            Vector256<byte> quads2 = Avx2.UnpackLow(high01, high23).AsByte();
            Vector256<int> sum2 = TSum.Accumulate(c, quads2, weights + 10 * step);
            c = TSum.Accumulate(g, quads2, weights + 6 * step);
            g = TSum.Accumulate(Vector256.Load(start + 2 * Sums), quads2, weights + 2 * step);
            Vector256<byte> quads3 = Avx2.UnpackHigh(high01, high23).AsByte();
            Vector256<int> sum3 = TSum.Accumulate(d, quads3, weights + 11 * step);
            d = TSum.Accumulate(h, quads3, weights + 7 * step);
            h = TSum.Accumulate(Vector256.Load(start + 3 * Sums), quads3, weights + 3 * step);
            if (x < 0)
            {
                continue;
            }

            Vector256<byte> bytes = Requantization.LanesToBytes(
                Vector256.ConvertToSingle(sum0) * Vector256.Load(multipliers), Vector256.ConvertToSingle(sum1) * Vector256.Load(multipliers + Sums),
                Vector256.ConvertToSingle(sum2) * Vector256.Load(multipliers + 2 * Sums), Vector256.ConvertToSingle(sum3) * Vector256.Load(multipliers + 3 * Sums),
                row->Grid);
            TBytes.Store(bytes, output, outputDistance);
            output += row->OutputStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TBytes>(DepthwiseRow* row, byte* input, byte* parameters, byte* output, nint inputDistance, nint outputDistance)
        where TBytes : struct, IBytes
    {
        int* start = (int*)parameters;
        float* multipliers = (float*)(start + VectorBytes);
        byte* weights = (byte*)(multipliers + VectorBytes);
        Vector256<int> a = Vector256.Load(start), b = Vector256.Load(start + 8), c = Vector256.Load(start + 16), d = Vector256.Load(start + 24);
        int* offsets = row->Offsets;
        for (nint group = row->OffsetCount; group > 0; group -= 4)
        {
            Vector256<byte> t0 = TBytes.Load(input + offsets[0], inputDistance), t1 = TBytes.Load(input + offsets[1], inputDistance);
            Vector256<byte> t2 = TBytes.Load(input + offsets[2], inputDistance), t3 = TBytes.Load(input + offsets[3], inputDistance);
            Vector256<short> low01 = Avx2.UnpackLow(t0, t1).AsInt16(), low23 = Avx2.UnpackLow(t2, t3).AsInt16();
            Vector256<short> high01 = Avx2.UnpackHigh(t0, t1).AsInt16(), high23 = Avx2.UnpackHigh(t2, t3).AsInt16();
            a = TSum.Accumulate(a, Avx2.UnpackLow(low01, low23).AsByte(), weights);
            b = TSum.Accumulate(b, Avx2.UnpackHigh(low01, low23).AsByte(), weights + VectorBytes * TSum.WeightBytes);
            c = TSum.Accumulate(c, Avx2.UnpackLow(high01, high23).AsByte(), weights + 2 * VectorBytes * TSum.WeightBytes);
            d = TSum.Accumulate(d, Avx2.UnpackHigh(high01, high23).AsByte(), weights + 3 * VectorBytes * TSum.WeightBytes);
            weights += 4 * VectorBytes * TSum.WeightBytes;
            offsets += 4;
        }

        Vector256<byte> bytes = Requantization.LanesToBytes(
            Vector256.ConvertToSingle(a) * Vector256.Load(multipliers), Vector256.ConvertToSingle(b) * Vector256.Load(multipliers + 8),
            Vector256.ConvertToSingle(c) * Vector256.Load(multipliers + 16), Vector256.ConvertToSingle(d) * Vector256.Load(multipliers + 24),
            row->Grid);
        TBytes.Store(bytes, output, outputDistance);
    }

    private interface IBytes
    {
        static abstract int Parts { get; }

        static abstract Vector256<byte> Load(byte* address, nint distance);

        static abstract void Store(Vector256<byte> bytes, byte* address, nint distance);
    }

    private readonly struct WholeVector : IBytes
    {
        public static int Parts => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Load(byte* address, nint distance) => Vector256.Load(address);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<byte> bytes, byte* address, nint distance) => bytes.Store(address);
    }

    private readonly struct TwoHalves : IBytes
    {
        public static int Parts => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Load(byte* address, nint distance) => Vector256.Create(Vector128.Load(address), Vector128.Load(address + distance));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<byte> bytes, byte* address, nint distance)
        {
            bytes.GetLower().Store(address);
            bytes.GetUpper().Store(address + distance);
        }
    }
}
