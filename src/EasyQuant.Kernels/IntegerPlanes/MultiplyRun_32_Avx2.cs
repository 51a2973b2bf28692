using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>32 bytes at a time; what is left as <see cref="MultiplyRun_16"/> does.</summary>
/// <remarks>
/// A byte below the upper half of 2^23 as a float is 2^23 + byte: integers become floats without a conversion, and subtracting
/// 2^23 + zero point is exact. So is the product of two such differences.
/// </remarks>
internal static unsafe class MultiplyRun_32_Avx2
{
    private const int Step = 32;
    private const int Exponent = 1 << 23;
    private const short UpperHalf = 0x4B00;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(MultiplyRun* run)
    {
        Vector256<float> zeroA = Vector256.Create((float)(Exponent + run->ZeroPointA)), zeroB = Vector256.Create((float)(Exponent + run->ZeroPointB));
        Vector256<float> multiplier = Vector256.Create(run->Multiplier);
        Vector256<byte> none = Vector256<byte>.Zero;
        Vector256<short> exponent = Vector256.Create(UpperHalf);
        OutputGrid* grid = run->Grid;
        byte* a = run->A, b = run->B, output = run->Output;
        nint left = run->Count;
        for (; left >= Step; left -= Step)
        {
            Vector256<byte> x = Vector256.Load(a), y = Vector256.Load(b);
            Vector256<short> lowX = Avx2.UnpackLow(x, none).AsInt16(), highX = Avx2.UnpackHigh(x, none).AsInt16();
            Vector256<short> lowY = Avx2.UnpackLow(y, none).AsInt16(), highY = Avx2.UnpackHigh(y, none).AsInt16();
            Vector256<float> product0 = (Avx2.UnpackLow(lowX, exponent).AsSingle() - zeroA) * (Avx2.UnpackLow(lowY, exponent).AsSingle() - zeroB);
            Vector256<float> product1 = (Avx2.UnpackHigh(lowX, exponent).AsSingle() - zeroA) * (Avx2.UnpackHigh(lowY, exponent).AsSingle() - zeroB);
            Vector256<float> product2 = (Avx2.UnpackLow(highX, exponent).AsSingle() - zeroA) * (Avx2.UnpackLow(highY, exponent).AsSingle() - zeroB);
            Vector256<float> product3 = (Avx2.UnpackHigh(highX, exponent).AsSingle() - zeroA) * (Avx2.UnpackHigh(highY, exponent).AsSingle() - zeroB);
            Requantization.LanesToBytes(product0 * multiplier, product1 * multiplier, product2 * multiplier, product3 * multiplier, grid).Store(output);
            a += Step;
            b += Step;
            output += Step;
        }

        MultiplyRun_16.RunFrom(run, run->Count - left);
    }
}
