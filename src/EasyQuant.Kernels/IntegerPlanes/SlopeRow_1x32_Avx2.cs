using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>32 channels by all positions, then the next 32; what is left as <see cref="SlopeRow_1x16"/> does.</summary>
/// <remarks>
/// A byte below the upper half of 2^23 as a float is 2^23 + byte: integers become floats without a conversion, and subtracting
/// 2^23 + zero point is exact.
/// </remarks>
internal static unsafe class SlopeRow_1x32_Avx2
{
    private const int Step = 32;
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
        Vector256<float> zero = Vector256.Create((float)(Exponent + row->ZeroPoint)), positive = Vector256.Create(row->Positive);
        Vector256<byte> none = Vector256<byte>.Zero;
        Vector256<short> exponent = Vector256.Create(UpperHalf);
        OutputGrid* grid = row->Grid;

        // From four vectors in order to vectors that hold, in lane L of vector j, multipliers 16L + 4j to 16L + 4j + 3.
        Vector256<float> n0 = Vector256.Load(negative), n1 = Vector256.Load(negative + 8), n2 = Vector256.Load(negative + 16), n3 = Vector256.Load(negative + 24);
        Vector256<float> negative0 = Avx.Permute2x128(n0, n2, 0x20), negative1 = Avx.Permute2x128(n0, n2, 0x31);
        Vector256<float> negative2 = Avx.Permute2x128(n1, n3, 0x20), negative3 = Avx.Permute2x128(n1, n3, 0x31);
        for (nint left = row->Positions; left > 0; left--)
        {
            Vector256<byte> x = Vector256.Load(input);
            Vector256<short> low = Avx2.UnpackLow(x, none).AsInt16(), high = Avx2.UnpackHigh(x, none).AsInt16();
            Vector256<float> difference0 = Avx2.UnpackLow(low, exponent).AsSingle() - zero;
            Vector256<float> difference1 = Avx2.UnpackHigh(low, exponent).AsSingle() - zero;
            Vector256<float> difference2 = Avx2.UnpackLow(high, exponent).AsSingle() - zero;
            Vector256<float> difference3 = Avx2.UnpackHigh(high, exponent).AsSingle() - zero;
            difference0 *= Avx.BlendVariable(positive, negative0, difference0);
            difference1 *= Avx.BlendVariable(positive, negative1, difference1);
            difference2 *= Avx.BlendVariable(positive, negative2, difference2);
            difference3 *= Avx.BlendVariable(positive, negative3, difference3);
            Requantization.LanesToBytes(difference0, difference1, difference2, difference3, grid).Store(output);
            input += row->InputStride;
            output += row->OutputStride;
        }
    }
}
