using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// Four taps of 64 bytes at a time, interleaved into quads and multiplied by VPMADDWD as in <see cref="Avx2QuadSum"/>: one position by
/// 64 channels, two by 32 or four by sixteen. Three columns that neighbouring positions share are interleaved once.
/// </summary>
internal static unsafe class DepthwiseRowU8S8_1x64k4_Avx512BW
{
    private const int VectorBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(DepthwiseRow* row)
    {
        bool columnsAreShared = DepthwiseColumns.SharingOf(row) == DepthwiseSharing.TwoColumns;
        byte* parameters = row->Parameters;
        for (nint c = 0; c < row->Channels;)
        {
            int width = DepthwiseLayout.BlockChannels(VectorBytes, row->Channels - c);
            switch (width)
            {
                case VectorBytes:
                    RunBlock<WholeVector>(row, c, parameters, 0, columnsAreShared);
                    break;
                case VectorBytes / 2:
                    RunBlock<TwoHalves>(row, c, parameters, row->Positions / 2, columnsAreShared);
                    break;
                default:
                    RunBlock<FourQuarters>(row, c, parameters, row->Positions / 4, columnsAreShared);
                    break;
            }

            parameters += DepthwiseLayout.BlockBytes(VectorBytes, row->OffsetCount, sizeof(short));
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
        const int Step = VectorBytes;
        int* start = (int*)parameters;
        float* multipliers = (float*)(start + VectorBytes);
        short* weights = (short*)(multipliers + VectorBytes);
        nint inputDistance = distance * row->InputStride, outputDistance = distance * row->OutputStride, inputStride = row->InputStride;
        byte* input = row->Input + channel, output = row->Output + channel;
        byte* taps0 = input + row->Offsets[0], taps1 = input + row->Offsets[1], taps2 = input + row->Offsets[2], taps3 = input + row->Offsets[3];

        // a … d are the sums of the next position, e … h of the one after it. The first two columns finish none.
        Vector512<int> a = Vector512<int>.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        nint positions = row->Positions - (TBytes.Parts - 1) * distance;
        for (nint x = 1 - DepthwiseColumns.Count; x < positions; x++)
        {
            Vector512<byte> t0 = TBytes.Load(taps0, inputDistance), t1 = TBytes.Load(taps1, inputDistance);
            Vector512<byte> t2 = TBytes.Load(taps2, inputDistance), t3 = TBytes.Load(taps3, inputDistance);
            taps0 += inputStride;
            taps1 += inputStride;
            taps2 += inputStride;
            taps3 += inputStride;
            Vector512<short> low01 = Avx512BW.UnpackLow(t0, t1).AsInt16(), low23 = Avx512BW.UnpackLow(t2, t3).AsInt16();
            Vector512<short> high01 = Avx512BW.UnpackHigh(t0, t1).AsInt16(), high23 = Avx512BW.UnpackHigh(t2, t3).AsInt16();
            Vector512<short> quads0 = Avx512BW.UnpackLow(low01, low23);
            Vector512<int> sum0 = Accumulate(a, quads0, weights + 8 * Step);
            a = Accumulate(e, quads0, weights + 4 * Step);
            e = Accumulate(Vector512.Load(start), quads0, weights);
            Vector512<short> quads1 = Avx512BW.UnpackHigh(low01, low23);
            Vector512<int> sum1 = Accumulate(b, quads1, weights + 9 * Step);
            b = Accumulate(f, quads1, weights + 5 * Step);
            f = Accumulate(Vector512.Load(start + Sums), quads1, weights + Step);
            Vector512<short> quads2 = Avx512BW.UnpackLow(high01, high23);
            Vector512<int> sum2 = Accumulate(c, quads2, weights + 10 * Step);
            c = Accumulate(g, quads2, weights + 6 * Step);
            g = Accumulate(Vector512.Load(start + 2 * Sums), quads2, weights + 2 * Step);
            Vector512<short> quads3 = Avx512BW.UnpackHigh(high01, high23);
            Vector512<int> sum3 = Accumulate(d, quads3, weights + 11 * Step);
            d = Accumulate(h, quads3, weights + 7 * Step);
            h = Accumulate(Vector512.Load(start + 3 * Sums), quads3, weights + 3 * Step);
            if (x < 0)
            {
                continue;
            }

            Vector512<byte> bytes = Requantization.LanesToBytes(
                Vector512.ConvertToSingle(sum0) * Vector512.Load(multipliers), Vector512.ConvertToSingle(sum1) * Vector512.Load(multipliers + Sums),
                Vector512.ConvertToSingle(sum2) * Vector512.Load(multipliers + 2 * Sums), Vector512.ConvertToSingle(sum3) * Vector512.Load(multipliers + 3 * Sums),
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
        short* weights = (short*)(multipliers + VectorBytes);
        Vector512<int> a = Vector512.Load(start), b = Vector512.Load(start + 16), c = Vector512.Load(start + 32), d = Vector512.Load(start + 48);
        int* offsets = row->Offsets;
        for (nint group = row->OffsetCount; group > 0; group -= 4)
        {
            Vector512<byte> t0 = TBytes.Load(input + offsets[0], inputDistance), t1 = TBytes.Load(input + offsets[1], inputDistance);
            Vector512<byte> t2 = TBytes.Load(input + offsets[2], inputDistance), t3 = TBytes.Load(input + offsets[3], inputDistance);
            Vector512<short> low01 = Avx512BW.UnpackLow(t0, t1).AsInt16(), low23 = Avx512BW.UnpackLow(t2, t3).AsInt16();
            Vector512<short> high01 = Avx512BW.UnpackHigh(t0, t1).AsInt16(), high23 = Avx512BW.UnpackHigh(t2, t3).AsInt16();
            a = Accumulate(a, Avx512BW.UnpackLow(low01, low23), weights);
            b = Accumulate(b, Avx512BW.UnpackHigh(low01, low23), weights + VectorBytes);
            c = Accumulate(c, Avx512BW.UnpackLow(high01, high23), weights + 2 * VectorBytes);
            d = Accumulate(d, Avx512BW.UnpackHigh(high01, high23), weights + 3 * VectorBytes);
            weights += 4 * VectorBytes;
            offsets += 4;
        }

        Vector512<byte> bytes = Requantization.LanesToBytes(
            Vector512.ConvertToSingle(a) * Vector512.Load(multipliers), Vector512.ConvertToSingle(b) * Vector512.Load(multipliers + 16),
            Vector512.ConvertToSingle(c) * Vector512.Load(multipliers + 32), Vector512.ConvertToSingle(d) * Vector512.Load(multipliers + 48),
            row->Grid);
        TBytes.Store(bytes, output, outputDistance);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Accumulate(Vector512<int> sum, Vector512<short> quads, short* weights)
    {
        Vector512<short> even = quads & Vector512.Create((short)0x00FF);
        Vector512<short> odd = Avx512BW.ShiftRightLogical(quads, 8);
        sum += Avx512BW.MultiplyAddAdjacent(even, Vector512.Load(weights));
        return sum + Avx512BW.MultiplyAddAdjacent(odd, Vector512.Load(weights + VectorBytes / 2));
    }

    private interface IBytes
    {
        static abstract int Parts { get; }

        static abstract Vector512<byte> Load(byte* address, nint distance);

        static abstract void Store(Vector512<byte> bytes, byte* address, nint distance);
    }

    private readonly struct WholeVector : IBytes
    {
        public static int Parts => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<byte> Load(byte* address, nint distance) => Vector512.Load(address);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector512<byte> bytes, byte* address, nint distance) => bytes.Store(address);
    }

    private readonly struct TwoHalves : IBytes
    {
        public static int Parts => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<byte> Load(byte* address, nint distance) => Vector512.Create(Vector256.Load(address), Vector256.Load(address + distance));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector512<byte> bytes, byte* address, nint distance)
        {
            bytes.GetLower().Store(address);
            bytes.GetUpper().Store(address + distance);
        }
    }

    private readonly struct FourQuarters : IBytes
    {
        public static int Parts => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<byte> Load(byte* address, nint distance) => Vector512.Create(
            Vector256.Create(Vector128.Load(address), Vector128.Load(address + distance)),
            Vector256.Create(Vector128.Load(address + 2 * distance), Vector128.Load(address + 3 * distance)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector512<byte> bytes, byte* address, nint distance)
        {
            bytes.GetLower().GetLower().Store(address);
            bytes.GetLower().GetUpper().Store(address + distance);
            bytes.GetUpper().GetLower().Store(address + 2 * distance);
            bytes.GetUpper().GetUpper().Store(address + 3 * distance);
        }
    }
}
