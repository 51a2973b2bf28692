using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EasyQuant.Kernels.IntegerConvolutions;

/// <summary>Rows in tiles of seven positions by up to two panels, in 16 bits as far as the row's weights allow.</summary>
internal static unsafe class ConvolutionRowU8S8_Avx512BW
{
    private const int TilePositions = 7;

    public static string Isa => "avx512bw";

    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionRow* row)
    {
        if (row->Positions < TilePositions)
        {
            ConvolutionRowU8S8_Avx2.Run(row);
            return;
        }

        bool isExact = row->WideningPeriod == 0;
        for (nint panel = 0; panel < row->Panels; panel += 2)
        {
            bool isPair = panel + 1 < row->Panels;
            delegate*<ConvolutionRow*, nint, nint, void> tile =
                isExact ? isPair ? &ExactTile_7x32_Avx512BW<PanelPair>.Run : &ExactTile_7x32_Avx512BW<OnePanel>.Run
                : isPair ? &WordTile_7x32_Avx512BW<PanelPair>.Run : &WordTile_7x32_Avx512BW<OnePanel>.Run;
            for (nint x = 0; x < row->Positions; x += TilePositions)
            {
                // The last tile covers some positions of the one before once more.
                tile(row, Math.Min(x, row->Positions - TilePositions), panel);
            }
        }
    }
}
