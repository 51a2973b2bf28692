using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>64 channels by all positions, then the next 64; what is left as <see cref="SlopeRow_1x16"/> does.</summary>
/// <remarks>
/// A byte below the upper half of 2^23 as a float is 2^23 + byte: integers become floats without a conversion, and subtracting
/// 2^23 + zero point is exact.
/// </remarks>
internal static unsafe class SlopeRow_1x64_Avx512BW
{
    private const int Step = 64;
    private const int Exponent = 1 << 23;
    private const short UpperHalf = 0x4B00;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(SlopeRow* row)
    {
        nint channels = row->Channels / Step * Step;
        for (nint c = 0; c < channels; c += Step)
        {
            RunChannels(row, row->Input + c, row->Negative + c, row->Output + c);
        }

        SlopeRow_1x16.RunFrom(row, channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunChannels(SlopeRow* row, byte* input, float* negative, byte* output)
    {
        Vector512<float> zero = Vector512.Create((float)(Exponent + row->ZeroPoint)), positive = Vector512.Create(row->Positive);
        Vector512<byte> none = Vector512<byte>.Zero;
        Vector512<short> exponent = Vector512.Create(UpperHalf);
        OutputGrid* grid = row->Grid;

        // From four vectors in order to vectors that hold, in lane L of vector j, multipliers 16L + 4j to 16L + 4j + 3.
        Vector512<float> n0 = Vector512.Load(negative), n1 = Vector512.Load(negative + 16), n2 = Vector512.Load(negative + 32), n3 = Vector512.Load(negative + 48);
        Vector512<float> low01 = Avx512F.Shuffle4x128(n0, n1, 0b01_00_01_00), high01 = Avx512F.Shuffle4x128(n0, n1, 0b11_10_11_10);
        Vector512<float> low23 = Avx512F.Shuffle4x128(n2, n3, 0b01_00_01_00), high23 = Avx512F.Shuffle4x128(n2, n3, 0b11_10_11_10);
        Vector512<float> negative0 = Avx512F.Shuffle4x128(low01, low23, 0b10_00_10_00), negative1 = Avx512F.Shuffle4x128(low01, low23, 0b11_01_11_01);
        Vector512<float> negative2 = Avx512F.Shuffle4x128(high01, high23, 0b10_00_10_00), negative3 = Avx512F.Shuffle4x128(high01, high23, 0b11_01_11_01);
        for (nint left = row->Positions; left > 0; left--)
        {
            Vector512<byte> x = Vector512.Load(input);
            Vector512<short> low = Avx512BW.UnpackLow(x, none).AsInt16(), high = Avx512BW.UnpackHigh(x, none).AsInt16();
            Vector512<float> difference0 = Avx512BW.UnpackLow(low, exponent).AsSingle() - zero;
            Vector512<float> difference1 = Avx512BW.UnpackHigh(low, exponent).AsSingle() - zero;
            Vector512<float> difference2 = Avx512BW.UnpackLow(high, exponent).AsSingle() - zero;
            Vector512<float> difference3 = Avx512BW.UnpackHigh(high, exponent).AsSingle() - zero;
            difference0 *= Vector512.ConditionalSelect(Vector512.LessThan(difference0, Vector512<float>.Zero), negative0, positive);
            difference1 *= Vector512.ConditionalSelect(Vector512.LessThan(difference1, Vector512<float>.Zero), negative1, positive);
            difference2 *= Vector512.ConditionalSelect(Vector512.LessThan(difference2, Vector512<float>.Zero), negative2, positive);
            difference3 *= Vector512.ConditionalSelect(Vector512.LessThan(difference3, Vector512<float>.Zero), negative3, positive);
            Requantization.LanesToBytes(difference0, difference1, difference2, difference3, grid).Store(output);
            input += row->InputStride;
            output += row->OutputStride;
        }
    }
}
