using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerConvolutions;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One position by sixteen channels, in two vectors of 256 bits that hold them in order.</summary>
internal static unsafe class SlopeRow_1x16_Avx2
{
    private const int Step = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(SlopeRow* row)
    {
        Vector256<int> zero = Vector256.Create(row->ZeroPoint);
        Vector256<float> positive = Vector256.Create(row->Positive);
        OutputGrid* grid = row->Grid;
        Vector256<short> zeroPoint = Vector256.Load(grid->ZeroPoint);
        Vector128<byte> minimum = Vector128.Load(grid->Minimum), maximum = Vector128.Load(grid->Maximum);
        for (nint x = 0; x < row->Positions; x++)
        {
            byte* input = row->Input + x * row->InputStride, output = row->Output + x * row->OutputStride;
            for (nint c = 0; c < row->Channels; c += Step)
            {
                Vector256<int> low = Product(input + c, zero, row->Negative + c, positive), high = Product(input + c + 8, zero, row->Negative + c + 8, positive);

                // Packing interleaves halves of 128 bits: 0-3, 8-11, 4-7, 12-15.
                Vector256<short> words = Avx2.AddSaturate(Avx2.PackSignedSaturate(low, high), zeroPoint);
                words = Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16();
                Vector128<byte> bytes = Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());
                Vector128.Min(Vector128.Max(bytes, minimum), maximum).Store(output + c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Product(byte* bytes, Vector256<int> zero, float* negative, Vector256<float> positive)
    {
        Vector256<float> difference = Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(bytes) - zero);
        Vector256<float> multiplier = Avx.BlendVariable(positive, Vector256.Load(negative), difference);
        return Avx.ConvertToVector256Int32(difference * multiplier);
    }
}
