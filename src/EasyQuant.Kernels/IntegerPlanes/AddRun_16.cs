using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Sixteen bytes at a time in operations that every platform has.</summary>
internal static unsafe class AddRun_16
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AddRun* run) => RunFrom(run, 0);

    /// <summary>From an element on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunFrom(AddRun* run, nint first)
    {
        Operand a = new(run->SignedA, run->ZeroPointA, run->MultiplierA), b = new(run->SignedB, run->ZeroPointB, run->MultiplierB);
        for (nint i = first; i < run->Count; i += 16)
        {
            Vector128<byte> x = a.Turn(Vector128.Load(run->A + i)), y = b.Turn(Vector128.Load(run->B + i));
            Vector128<ushort> lowX = Vector128.WidenLower(x), highX = Vector128.WidenUpper(x);
            Vector128<ushort> lowY = Vector128.WidenLower(y), highY = Vector128.WidenUpper(y);
            Requantization.ToBytes(
                a.Product(Vector128.WidenLower(lowX)) + b.Product(Vector128.WidenLower(lowY)),
                a.Product(Vector128.WidenUpper(lowX)) + b.Product(Vector128.WidenUpper(lowY)),
                a.Product(Vector128.WidenLower(highX)) + b.Product(Vector128.WidenLower(highY)),
                a.Product(Vector128.WidenUpper(highX)) + b.Product(Vector128.WidenUpper(highY)),
                run->Grid).Store(run->Output + i);
        }
    }

    // Signed bytes are taken as unsigned ones that are larger by 128, like their zero point.
    private readonly struct Operand(bool signed, int zeroPoint, float multiplier)
    {
        private readonly Vector128<byte> _turn = Vector128.Create(signed ? (byte)0x80 : (byte)0);
        private readonly Vector128<int> _zeroPoint = Vector128.Create(signed ? zeroPoint + 128 : zeroPoint);
        private readonly Vector128<float> _multiplier = Vector128.Create(multiplier);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> Turn(Vector128<byte> bytes) => bytes ^ _turn;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Product(Vector128<uint> x) => Vector128.ConvertToSingle(x.AsInt32() - _zeroPoint) * _multiplier;
    }
}
