using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>64 bytes at a time; what is left as <see cref="AddRun_16"/> does.</summary>
/// <remarks>
/// A byte below the upper half of 2^23 as a float is 2^23 + byte: integers become floats without a conversion, and subtracting
/// 2^23 + zero point is exact.
/// </remarks>
internal static unsafe class AddRun_64_Avx512BW
{
    private const int Step = 64;
    private const int Exponent = 1 << 23;
    private const short UpperHalf = 0x4B00;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AddRun* run)
    {
        Vector512<byte> turnA = Vector512.Create(AddRun_16.TurnOf(run->SignedA)), turnB = Vector512.Create(AddRun_16.TurnOf(run->SignedB));
        Vector512<float> zeroA = Vector512.Create((float)(Exponent + run->ZeroPointA + AddRun_16.TurnOf(run->SignedA)));
        Vector512<float> zeroB = Vector512.Create((float)(Exponent + run->ZeroPointB + AddRun_16.TurnOf(run->SignedB)));
        Vector512<float> multiplierA = Vector512.Create(run->MultiplierA), multiplierB = Vector512.Create(run->MultiplierB);
        Vector512<byte> none = Vector512<byte>.Zero;
        Vector512<short> exponent = Vector512.Create(UpperHalf);
        OutputGrid* grid = run->Grid;
        byte* a = run->A, b = run->B, output = run->Output;
        nint left = run->Count;
        for (; left >= Step; left -= Step)
        {
            Vector512<byte> x = Vector512.Load(a) ^ turnA, y = Vector512.Load(b) ^ turnB;
            Vector512<short> lowX = Avx512BW.UnpackLow(x, none).AsInt16(), highX = Avx512BW.UnpackHigh(x, none).AsInt16();
            Vector512<short> lowY = Avx512BW.UnpackLow(y, none).AsInt16(), highY = Avx512BW.UnpackHigh(y, none).AsInt16();
            Vector512<float> sum0 = (Avx512BW.UnpackLow(lowX, exponent).AsSingle() - zeroA) * multiplierA;
            Vector512<float> sum1 = (Avx512BW.UnpackHigh(lowX, exponent).AsSingle() - zeroA) * multiplierA;
            Vector512<float> sum2 = (Avx512BW.UnpackLow(highX, exponent).AsSingle() - zeroA) * multiplierA;
            Vector512<float> sum3 = (Avx512BW.UnpackHigh(highX, exponent).AsSingle() - zeroA) * multiplierA;
            sum0 += (Avx512BW.UnpackLow(lowY, exponent).AsSingle() - zeroB) * multiplierB;
            sum1 += (Avx512BW.UnpackHigh(lowY, exponent).AsSingle() - zeroB) * multiplierB;
            sum2 += (Avx512BW.UnpackLow(highY, exponent).AsSingle() - zeroB) * multiplierB;
            sum3 += (Avx512BW.UnpackHigh(highY, exponent).AsSingle() - zeroB) * multiplierB;
            Requantization.LanesToBytes(sum0, sum1, sum2, sum3, grid).Store(output);
            a += Step;
            b += Step;
            output += Step;
        }

        AddRun_16.RunFrom(run, run->Count - left);
    }
}
