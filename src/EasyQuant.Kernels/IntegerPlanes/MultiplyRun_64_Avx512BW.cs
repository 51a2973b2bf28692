using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>64 bytes at a time; what is left as <see cref="MultiplyRun_16"/> does.</summary>
/// <remarks>
/// A byte below the upper half of 2^23 as a float is 2^23 + byte: integers become floats without a conversion, and subtracting
/// 2^23 + zero point is exact. So is the product of two such differences.
/// </remarks>
internal static unsafe class MultiplyRun_64_Avx512BW
{
    private const int Step = 64;
    private const int Exponent = 1 << 23;
    private const short UpperHalf = 0x4B00;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(MultiplyRun* run)
    {
        Vector512<float> zeroA = Vector512.Create((float)(Exponent + run->ZeroPointA)), zeroB = Vector512.Create((float)(Exponent + run->ZeroPointB));
        Vector512<float> multiplier = Vector512.Create(run->Multiplier);
        Vector512<byte> none = Vector512<byte>.Zero;
        Vector512<short> exponent = Vector512.Create(UpperHalf);
        OutputGrid* grid = run->Grid;
        byte* a = run->A, b = run->B, output = run->Output;
        nint left = run->Count;
        for (; left >= Step; left -= Step)
        {
            Vector512<byte> x = Vector512.Load(a), y = Vector512.Load(b);
            Vector512<short> lowX = Avx512BW.UnpackLow(x, none).AsInt16(), highX = Avx512BW.UnpackHigh(x, none).AsInt16();
            Vector512<short> lowY = Avx512BW.UnpackLow(y, none).AsInt16(), highY = Avx512BW.UnpackHigh(y, none).AsInt16();
            Vector512<float> product0 = (Avx512BW.UnpackLow(lowX, exponent).AsSingle() - zeroA) * (Avx512BW.UnpackLow(lowY, exponent).AsSingle() - zeroB);
            Vector512<float> product1 = (Avx512BW.UnpackHigh(lowX, exponent).AsSingle() - zeroA) * (Avx512BW.UnpackHigh(lowY, exponent).AsSingle() - zeroB);
            Vector512<float> product2 = (Avx512BW.UnpackLow(highX, exponent).AsSingle() - zeroA) * (Avx512BW.UnpackLow(highY, exponent).AsSingle() - zeroB);
            Vector512<float> product3 = (Avx512BW.UnpackHigh(highX, exponent).AsSingle() - zeroA) * (Avx512BW.UnpackHigh(highY, exponent).AsSingle() - zeroB);
            Requantization.LanesToBytes(product0 * multiplier, product1 * multiplier, product2 * multiplier, product3 * multiplier, grid).Store(output);
            a += Step;
            b += Step;
            output += Step;
        }

        MultiplyRun_16.RunFrom(run, run->Count - left);
    }
}
