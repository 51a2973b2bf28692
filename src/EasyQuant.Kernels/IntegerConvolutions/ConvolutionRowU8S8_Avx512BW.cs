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
        bool isShort = row->Positions < TilePositions, isExact = row->WideningPeriod == 0;
        if (isShort && isExact)
        {
            ConvolutionRowU8S8_4x16k4<Avx2Dot>.Run(row);
            return;
        }

        nint tilePositions = isShort ? 1 : TilePositions;
        for (nint panel = 0; panel < row->Panels; panel += 2)
        {
            delegate*<ConvolutionRow*, nint, nint, void> tile = panel + 1 < row->Panels ? TileOf<PanelPair>(isExact, isShort) : TileOf<OnePanel>(isExact, isShort);
            for (nint x = 0; x < row->Positions; x += tilePositions)
            {
                // The last tile covers some positions of the one before once more.
                tile(row, Math.Min(x, row->Positions - tilePositions), panel);
            }
        }
    }

    private static delegate*<ConvolutionRow*, nint, nint, void> TileOf<TPanels>(bool isExact, bool isShort)
        where TPanels : struct, IPanelCount =>
        isExact ? &ExactTile_7x32_Avx512BW<TPanels>.Run : isShort ? &WordTile_1x32_Avx512BW<TPanels>.Run : &WordTile_7x32_Avx512BW<TPanels>.Run;
}
