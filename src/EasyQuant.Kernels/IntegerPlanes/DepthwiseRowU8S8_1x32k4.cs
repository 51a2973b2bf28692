using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>
/// Four taps of 32 bytes at a time, interleaved into quads: one position by 32 channels, or two by sixteen. For every instruction
/// set that <typeparamref name="TSum"/> stands for.
/// </summary>
internal static unsafe class DepthwiseRowU8S8_1x32k4<TSum>
    where TSum : struct, IQuadSum
{
    private const int VectorBytes = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(DepthwiseRow* row)
    {
        byte* parameters = row->Parameters;
        for (nint c = 0; c < row->Channels;)
        {
            int width = DepthwiseLayout.BlockChannels(VectorBytes, row->Channels - c);
            if (width == VectorBytes)
            {
                for (nint x = 0; x < row->Positions; x++)
                {
                    RunTile<WholeVector>(row, row->Input + x * row->InputStride + c, parameters, row->Output + x * row->OutputStride + c, 0, 0);
                }
            }
            else
            {
                // The two halves of the row side by side; the one in the middle of an odd number is computed twice.
                nint distance = row->Positions / 2;
                for (nint x = 0; x < row->Positions - distance; x++)
                {
                    RunTile<TwoHalves>(
                        row, row->Input + x * row->InputStride + c, parameters, row->Output + x * row->OutputStride + c,
                        distance * row->InputStride, distance * row->OutputStride);
                }
            }

            parameters += DepthwiseLayout.BlockBytes(VectorBytes, row->OffsetCount, TSum.WeightBytes);
            c += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        static abstract Vector256<byte> Load(byte* address, nint distance);

        static abstract void Store(Vector256<byte> bytes, byte* address, nint distance);
    }

    private readonly struct WholeVector : IBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Load(byte* address, nint distance) => Vector256.Load(address);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<byte> bytes, byte* address, nint distance) => bytes.Store(address);
    }

    private readonly struct TwoHalves : IBytes
    {
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
