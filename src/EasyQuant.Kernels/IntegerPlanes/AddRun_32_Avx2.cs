using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>32 bytes at a time; what is left as <see cref="AddRun_16"/> does.</summary>
internal static unsafe class AddRun_32_Avx2
{
    private const int Step = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AddRun* run)
    {
        Operand a = new(run->SignedA, run->ZeroPointA, run->MultiplierA), b = new(run->SignedB, run->ZeroPointB, run->MultiplierB);
        nint i = 0;
        for (; i + Step <= run->Count; i += Step)
        {
            Vector256<byte> x = a.Turn(Vector256.Load(run->A + i)), y = b.Turn(Vector256.Load(run->B + i));
            Vector256<short> exponent = Vector256.Create(Operand.Exponent);
            Vector256<short> lowX = Avx2.UnpackLow(x, Vector256<byte>.Zero).AsInt16(), highX = Avx2.UnpackHigh(x, Vector256<byte>.Zero).AsInt16();
            Vector256<short> lowY = Avx2.UnpackLow(y, Vector256<byte>.Zero).AsInt16(), highY = Avx2.UnpackHigh(y, Vector256<byte>.Zero).AsInt16();
            Requantization.LanesToBytes(
                a.Product(Avx2.UnpackLow(lowX, exponent)) + b.Product(Avx2.UnpackLow(lowY, exponent)),
                a.Product(Avx2.UnpackHigh(lowX, exponent)) + b.Product(Avx2.UnpackHigh(lowY, exponent)),
                a.Product(Avx2.UnpackLow(highX, exponent)) + b.Product(Avx2.UnpackLow(highY, exponent)),
                a.Product(Avx2.UnpackHigh(highX, exponent)) + b.Product(Avx2.UnpackHigh(highY, exponent)),
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

        private readonly Vector256<byte> _turn = Vector256.Create(signed ? (byte)0x80 : (byte)0);
        private readonly Vector256<float> _zeroPoint = Vector256.Create((float)((1 << 23) + (signed ? zeroPoint + 128 : zeroPoint)));
        private readonly Vector256<float> _multiplier = Vector256.Create(multiplier);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<byte> Turn(Vector256<byte> bytes) => bytes ^ _turn;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Product(Vector256<short> x) => (x.AsSingle() - _zeroPoint) * _multiplier;
    }
}
