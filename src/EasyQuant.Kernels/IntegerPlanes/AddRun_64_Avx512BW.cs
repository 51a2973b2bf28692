using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>64 bytes at a time; what is left as <see cref="AddRun_16"/> does.</summary>
internal static unsafe class AddRun_64_Avx512BW
{
    private const int Step = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AddRun* run)
    {
        Operand a = new(run->SignedA, run->ZeroPointA, run->MultiplierA), b = new(run->SignedB, run->ZeroPointB, run->MultiplierB);
        nint i = 0;
        for (; i + Step <= run->Count; i += Step)
        {
            Vector512<byte> x = a.Turn(Vector512.Load(run->A + i)), y = b.Turn(Vector512.Load(run->B + i));
            Vector512<short> exponent = Vector512.Create(Operand.Exponent);
            Vector512<short> lowX = Avx512BW.UnpackLow(x, Vector512<byte>.Zero).AsInt16(), highX = Avx512BW.UnpackHigh(x, Vector512<byte>.Zero).AsInt16();
            Vector512<short> lowY = Avx512BW.UnpackLow(y, Vector512<byte>.Zero).AsInt16(), highY = Avx512BW.UnpackHigh(y, Vector512<byte>.Zero).AsInt16();
            Requantization.LanesToBytes(
                a.Product(Avx512BW.UnpackLow(lowX, exponent)) + b.Product(Avx512BW.UnpackLow(lowY, exponent)),
                a.Product(Avx512BW.UnpackHigh(lowX, exponent)) + b.Product(Avx512BW.UnpackHigh(lowY, exponent)),
                a.Product(Avx512BW.UnpackLow(highX, exponent)) + b.Product(Avx512BW.UnpackLow(highY, exponent)),
                a.Product(Avx512BW.UnpackHigh(highX, exponent)) + b.Product(Avx512BW.UnpackHigh(highY, exponent)),
                run->Grid).Store(run->Output + i);
        }

        AddRun_16.RunFrom(run, i);
    }

    // A byte below the upper half of 2^23 as a float is 2^23 + byte: integers become floats without a conversion, and subtracting
    // 2^23 + zero point is exact. Signed bytes are taken as unsigned ones that are larger by 128, like their zero point.
    private readonly struct Operand(bool signed, int zeroPoint, float multiplier)
    {
        /// <summary>The upper half of 2^23.</summary>
        public const short Exponent = 0x4B00;

        private readonly Vector512<byte> _turn = Vector512.Create(signed ? (byte)0x80 : (byte)0);
        private readonly Vector512<float> _zeroPoint = Vector512.Create((float)((1 << 23) + (signed ? zeroPoint + 128 : zeroPoint)));
        private readonly Vector512<float> _multiplier = Vector512.Create(multiplier);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<byte> Turn(Vector512<byte> bytes) => bytes ^ _turn;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Product(Vector512<short> x) => (x.AsSingle() - _zeroPoint) * _multiplier;
    }
}
