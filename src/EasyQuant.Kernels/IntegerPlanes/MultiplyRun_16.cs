using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>Sixteen bytes at a time in operations that every platform has.</summary>
internal static unsafe class MultiplyRun_16
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(MultiplyRun* run) => RunFrom(run, 0);

    /// <summary>From an element on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunFrom(MultiplyRun* run, nint first)
    {
        Vector128<int> zeroA = Vector128.Create(run->ZeroPointA), zeroB = Vector128.Create(run->ZeroPointB);
        Vector128<float> multiplier = Vector128.Create(run->Multiplier);
        OutputGrid* grid = run->Grid;
        for (nint i = first; i < run->Count; i += 16)
        {
            Vector128<byte> x = Vector128.Load(run->A + i), y = Vector128.Load(run->B + i);
            Vector128<ushort> lowX = Vector128.WidenLower(x), highX = Vector128.WidenUpper(x);
            Vector128<ushort> lowY = Vector128.WidenLower(y), highY = Vector128.WidenUpper(y);
            Vector128<float> product0 = Product(Vector128.WidenLower(lowX), zeroA, Vector128.WidenLower(lowY), zeroB, multiplier);
            Vector128<float> product1 = Product(Vector128.WidenUpper(lowX), zeroA, Vector128.WidenUpper(lowY), zeroB, multiplier);
            Vector128<float> product2 = Product(Vector128.WidenLower(highX), zeroA, Vector128.WidenLower(highY), zeroB, multiplier);
            Vector128<float> product3 = Product(Vector128.WidenUpper(highX), zeroA, Vector128.WidenUpper(highY), zeroB, multiplier);
            Requantization.ToBytes(product0, product1, product2, product3, grid).Store(run->Output + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Product(Vector128<uint> a, Vector128<int> zeroA, Vector128<uint> b, Vector128<int> zeroB, Vector128<float> multiplier) =>
        Vector128.ConvertToSingle((a.AsInt32() - zeroA) * (b.AsInt32() - zeroB)) * multiplier;
}
