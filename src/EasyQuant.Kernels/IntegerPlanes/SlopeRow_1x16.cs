using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One position by sixteen channels in operations that every platform has.</summary>
internal static unsafe class SlopeRow_1x16
{
    private const int Step = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(SlopeRow* row) => RunFrom(row, 0);

    /// <summary>From a channel on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunFrom(SlopeRow* row, nint first)
    {
        Vector128<int> zero = Vector128.Create(row->ZeroPoint);
        Vector128<float> positive = Vector128.Create(row->Positive);
        OutputGrid* grid = row->Grid;
        for (nint x = 0; x < row->Positions; x++)
        {
            byte* input = row->Input + x * row->InputStride, output = row->Output + x * row->OutputStride;
            for (nint c = first; c < row->Channels; c += Step)
            {
                Vector128<byte> bytes = Vector128.Load(input + c);
                Vector128<ushort> low = Vector128.WidenLower(bytes), high = Vector128.WidenUpper(bytes);
                float* negative = row->Negative + c;
                Requantization.ToBytes(
                    Product(Vector128.WidenLower(low), zero, negative, positive), Product(Vector128.WidenUpper(low), zero, negative + 4, positive),
                    Product(Vector128.WidenLower(high), zero, negative + 8, positive), Product(Vector128.WidenUpper(high), zero, negative + 12, positive), grid).Store(output + c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Product(Vector128<uint> x, Vector128<int> zero, float* negative, Vector128<float> positive)
    {
        Vector128<float> difference = Vector128.ConvertToSingle(x.AsInt32() - zero);
        return difference * Vector128.ConditionalSelect(Vector128.LessThan(difference, Vector128<float>.Zero), Vector128.Load(negative), positive);
    }
}
