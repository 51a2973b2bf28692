using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using EasyQuant.Kernels.IntegerProducts;

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
        bool isExact = row->WideningPeriod == 0;
        if (isExact && row->Positions < TilePositions)
        {
            ConvolutionRowU8S8_4x16k4<Avx2Dot>.Run(row);
            return;
        }

        for (nint panel = 0; panel < row->Panels; panel += 2)
        {
            if (panel + 1 < row->Panels)
            {
                RunPanels<PanelPair>(row, panel, isExact);
            }
            else
            {
                RunPanels<OnePanel>(row, panel, isExact);
            }
        }
    }

    private static void RunPanels<TPanels>(ConvolutionRow* row, nint panel, bool isExact)
        where TPanels : struct, IPanelCount
    {
        if (row->Positions < TilePositions)
        {
            for (nint x = 0; x < row->Positions; x++)
            {
                WordTile_1x32_Avx512BW<TPanels>.Run(row, x, panel);
            }

            return;
        }

        sbyte* weights = row->Weights + panel * row->PanelStride, soon = row->SoonWeights;
        for (nint x = 0; x < row->Positions; x += TilePositions, soon += row->PanelStride)
        {
            // The last tile covers some positions of the one before once more.
            nint first = Math.Min(x, row->Positions - TilePositions);
            if (isExact)
            {
                ExactTile_7x32_Avx512BW<TPanels>.Run(row, first, panel);
            }
            else
            {
                WordTile_7x32_Avx512BW<TPanels>.Run(row, first, panel, soon < row->SoonEnd ? (nint)(soon - weights) : 0);
            }
        }
    }
}
