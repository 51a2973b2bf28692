using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EasyQuant.Kernels.IntegerProducts;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>Tiles of four positions by one panel of sixteen channels, for every instruction set that <typeparamref name="TDot"/> stands for.</summary>
/// <remarks>Eight accumulators, two vectors of weights and one broadcast of 256 bits.</remarks>
internal static unsafe class ConvolutionRowU8S8_4x16k4<TDot>
    where TDot : struct, IDotU8S8
{
    private const int TilePositions = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row)
    {
        for (nint panel = 0; panel < row->Panels; panel++)
        {
            sbyte* weights = row->Weights + panel * row->PanelStride;
            byte* output = row->Output + panel * ConvolutionRow.PanelChannels * (row->Grid == null ? sizeof(float) : 1);
            int* start = row->Start + panel * ConvolutionRow.PanelChannels;
            float* multipliers = row->Multipliers + panel * ConvolutionRow.PanelChannels;
            for (nint x = 0; x < row->Positions; x += TilePositions)
            {
                // The last tile of a row shorter than a tile looks at its last position again.
                nint last = row->Positions - 1 - x;
                nint stride1 = Math.Min(1, last), stride2 = Math.Min(2, last), stride3 = Math.Min(3, last);
                RunTile(
                    row, row->Input + x * row->InputStride, weights, start, multipliers, output + x * row->OutputStride,
                    stride1, stride2, stride3);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile(
        ConvolutionRow* row, byte* input, sbyte* weights, int* start, float* multipliers, byte* output, nint second, nint third, nint fourth)
    {
        Vector256<int> a0 = Vector256.Load(start), b0 = Vector256.Load(start + 8);
        Vector256<int> a1 = a0, b1 = b0, a2 = a0, b2 = b0, a3 = a0, b3 = b0;
        nint stride = row->InputStride;
        int* offsets = row->Offsets;
        for (nint group = row->Groups; group > 0; group--)
        {
            byte* elements = input + *offsets++;
            Vector256<sbyte> x = Vector256.Load(weights), y = Vector256.Load(weights + 32);
            weights += 64;
            Vector256<byte> e = Vector256.Create(*(int*)elements).AsByte();
            a0 = TDot.Accumulate(a0, e, x);
            b0 = TDot.Accumulate(b0, e, y);
            e = Vector256.Create(*(int*)(elements + second * stride)).AsByte();
            a1 = TDot.Accumulate(a1, e, x);
            b1 = TDot.Accumulate(b1, e, y);
            e = Vector256.Create(*(int*)(elements + third * stride)).AsByte();
            a2 = TDot.Accumulate(a2, e, x);
            b2 = TDot.Accumulate(b2, e, y);
            e = Vector256.Create(*(int*)(elements + fourth * stride)).AsByte();
            a3 = TDot.Accumulate(a3, e, x);
            b3 = TDot.Accumulate(b3, e, y);
        }

        Vector256<float> low = Vector256.Load(multipliers), high = Vector256.Load(multipliers + 8);
        Store(a0, b0, low, high, row->Grid, output);
        Store(a1, b1, low, high, row->Grid, output + second * row->OutputStride);
        Store(a2, b2, low, high, row->Grid, output + third * row->OutputStride);
        Store(a3, b3, low, high, row->Grid, output + fourth * row->OutputStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> a, Vector256<int> b, Vector256<float> low, Vector256<float> high, OutputGrid* grid, byte* output)
    {
        Vector256<float> lowReals = Vector256.ConvertToSingle(a) * low, highReals = Vector256.ConvertToSingle(b) * high;
        if (grid == null)
        {
            lowReals.Store((float*)output);
            highReals.Store((float*)output + 8);
            return;
        }

        Vector256<int> x = Vector256.ConvertToInt32(Vector256.Round(lowReals)), y = Vector256.ConvertToInt32(Vector256.Round(highReals));
        Vector256<short> words = Vector256.NarrowWithSaturation(x, y);
        words = Vector256.AddSaturate(words, Vector256.Load(grid->ZeroPoint));
        if (grid->Signed)
        {
            Vector128<sbyte> bytes = Vector128.NarrowWithSaturation(words.GetLower(), words.GetUpper());
            bytes = Vector128.Min(Vector128.Max(bytes, Vector128.Load((sbyte*)grid->Minimum)), Vector128.Load((sbyte*)grid->Maximum));
            bytes.AsByte().Store(output);
        }
        else
        {
            words = Vector256.Max(words, Vector256<short>.Zero);
            Vector128<byte> bytes = Vector128.NarrowWithSaturation(words.GetLower().AsUInt16(), words.GetUpper().AsUInt16());
            bytes = Vector128.Min(Vector128.Max(bytes, Vector128.Load(grid->Minimum)), Vector128.Load(grid->Maximum));
            bytes.Store(output);
        }
    }
}
