using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerProducts;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>Rows in tiles of four positions by one panel, in 16 bits as far as the row's weights allow.</summary>
internal static unsafe class ConvolutionRowU8S8_Avx2
{
    private const int TilePositions = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row)
    {
        if (row->WideningPeriod == 0)
        {
            ConvolutionRowU8S8_4x16k4<Avx2Dot>.Run(row);
            return;
        }

        bool isShort = row->Positions < TilePositions;
        delegate*<ConvolutionRow*, nint, nint, void> tile = isShort ? &WordTile_1x16_Avx2.Run : &WordTile_4x16_Avx2.Run;
        nint tilePositions = isShort ? 1 : TilePositions;
        for (nint panel = 0; panel < row->Panels; panel++)
        {
            for (nint x = 0; x < row->Positions; x += tilePositions)
            {
                // The last tile covers some positions of the one before once more.
                tile(row, Math.Min(x, row->Positions - tilePositions), panel);
            }
        }
    }
}
