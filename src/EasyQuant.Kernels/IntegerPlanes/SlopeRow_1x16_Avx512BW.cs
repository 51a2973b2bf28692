using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One position by sixteen channels, a vector of 512 bits that holds them in order.</summary>
internal static unsafe class SlopeRow_1x16_Avx512BW
{
    private const int Step = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(SlopeRow* row)
    {
        Vector512<int> zero = Vector512.Create(row->ZeroPoint);
        Vector512<float> positive = Vector512.Create(row->Positive);
        OutputGrid* grid = row->Grid;
        Vector256<short> zeroPoint = Vector256.Load(grid->ZeroPoint);
        Vector128<byte> minimum = Vector128.Load(grid->Minimum), maximum = Vector128.Load(grid->Maximum);
        for (nint x = 0; x < row->Positions; x++)
        {
            byte* input = row->Input + x * row->InputStride, output = row->Output + x * row->OutputStride;
            for (nint c = 0; c < row->Channels; c += Step)
            {
                Vector512<float> difference = Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(input + c)) - zero);
                Vector512<float> multiplier = Vector512.ConditionalSelect(Vector512.LessThan(difference, Vector512<float>.Zero), Vector512.Load(row->Negative + c), positive);
                Vector512<int> rounded = Avx512F.ConvertToVector512Int32(difference * multiplier);
                Vector256<short> words = Avx2.AddSaturate(Avx512F.ConvertToVector256Int16WithSaturation(rounded), zeroPoint);
                Vector128<byte> bytes = Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());
                Vector128.Min(Vector128.Max(bytes, minimum), maximum).Store(output + c);
            }
        }
    }
}
