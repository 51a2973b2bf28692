using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.IntegerPlanes;

/// <summary>One position by 64, 32 or sixteen channels, with vectors of up to <typeparamref name="TWidest"/>.</summary>
internal static unsafe class MaxPoolingRow_1x64<TWidest>
    where TWidest : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(MaxPoolingRow* row)
    {
        // The order of signed bytes is that of unsigned ones once the highest bit is turned.
        byte turn = row->Signed ? (byte)0x80 : (byte)0;
        byte* input = row->Input, output = row->Output;
        for (nint x = row->Positions; x > 0; x--)
        {
            nint c = 0;
            if (typeof(TWidest) == typeof(Vector512<byte>))
            {
                for (; c + 64 <= row->Channels; c += 64)
                {
                    RunTile512(row, input + c, output + c, turn);
                }
            }

            for (; c + 32 <= row->Channels; c += 32)
            {
                RunTile256(row, input + c, output + c, turn);
            }

            if (c < row->Channels)
            {
                RunTile128(row, input + c, output + c, turn);
            }

            input += row->InputStride;
            output += row->OutputStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile512(MaxPoolingRow* row, byte* input, byte* output, byte turn)
    {
        Vector512<byte> turned = Vector512.Create(turn), most = Vector512.Create(row->Minimum) ^ turned;
        int* offsets = row->Offsets;
        for (nint tap = row->Taps; tap > 0; tap--)
        {
            most = Vector512.Max(most, Vector512.Load(input + *offsets++) ^ turned);
        }

        (Vector512.Min(most, Vector512.Create(row->Maximum) ^ turned) ^ turned).Store(output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile256(MaxPoolingRow* row, byte* input, byte* output, byte turn)
    {
        Vector256<byte> turned = Vector256.Create(turn), most = Vector256.Create(row->Minimum) ^ turned;
        int* offsets = row->Offsets;
        for (nint tap = row->Taps; tap > 0; tap--)
        {
            most = Vector256.Max(most, Vector256.Load(input + *offsets++) ^ turned);
        }

        (Vector256.Min(most, Vector256.Create(row->Maximum) ^ turned) ^ turned).Store(output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile128(MaxPoolingRow* row, byte* input, byte* output, byte turn)
    {
        Vector128<byte> turned = Vector128.Create(turn), most = Vector128.Create(row->Minimum) ^ turned;
        int* offsets = row->Offsets;
        for (nint tap = row->Taps; tap > 0; tap--)
        {
            most = Vector128.Max(most, Vector128.Load(input + *offsets++) ^ turned);
        }

        (Vector128.Min(most, Vector128.Create(row->Maximum) ^ turned) ^ turned).Store(output);
    }
}
