using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerConvolutions;

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
        Vector128<byte> turnA = Vector128.Create(TurnOf(run->SignedA)), turnB = Vector128.Create(TurnOf(run->SignedB));
        Vector128<int> zeroA = Vector128.Create(run->ZeroPointA + TurnOf(run->SignedA)), zeroB = Vector128.Create(run->ZeroPointB + TurnOf(run->SignedB));
        Vector128<float> multiplierA = Vector128.Create(run->MultiplierA), multiplierB = Vector128.Create(run->MultiplierB);
        OutputGrid* grid = run->Grid;
        for (nint i = first; i < run->Count; i += 16)
        {
            Vector128<byte> x = Vector128.Load(run->A + i) ^ turnA, y = Vector128.Load(run->B + i) ^ turnB;
            Vector128<ushort> lowX = Vector128.WidenLower(x), highX = Vector128.WidenUpper(x);
            Vector128<ushort> lowY = Vector128.WidenLower(y), highY = Vector128.WidenUpper(y);
            Vector128<float> sum0 = Product(Vector128.WidenLower(lowX), zeroA, multiplierA) + Product(Vector128.WidenLower(lowY), zeroB, multiplierB);
            Vector128<float> sum1 = Product(Vector128.WidenUpper(lowX), zeroA, multiplierA) + Product(Vector128.WidenUpper(lowY), zeroB, multiplierB);
            Vector128<float> sum2 = Product(Vector128.WidenLower(highX), zeroA, multiplierA) + Product(Vector128.WidenLower(highY), zeroB, multiplierB);
            Vector128<float> sum3 = Product(Vector128.WidenUpper(highX), zeroA, multiplierA) + Product(Vector128.WidenUpper(highY), zeroB, multiplierB);
            Requantization.ToBytes(sum0, sum1, sum2, sum3, grid).Store(run->Output + i);
        }
    }

    /// <summary>Signed bytes are taken as unsigned ones that are larger by 128, like their zero point: what is turned and added.</summary>
    public static byte TurnOf(bool signed) => signed ? (byte)0x80 : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Product(Vector128<uint> x, Vector128<int> zeroPoint, Vector128<float> multiplier) =>
        Vector128.ConvertToSingle(x.AsInt32() - zeroPoint) * multiplier;
}
