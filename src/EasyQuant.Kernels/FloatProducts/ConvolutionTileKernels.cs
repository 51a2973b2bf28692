using System.Runtime.Intrinsics;

namespace EasyQuant.Kernels.FloatProducts;

/// <summary>One kernel of <see cref="ConvolutionTileKernels.All"/>.</summary>
public sealed unsafe class ConvolutionTileKernel
{
    private readonly delegate*<ConvolutionTile*, void> _oneBlock;
    private readonly delegate*<ConvolutionTile*, void> _twoBlocks;

    internal ConvolutionTileKernel(
        string isa, bool isSupported, delegate*<ConvolutionTile*, void> oneBlock, delegate*<ConvolutionTile*, void> twoBlocks)
    {
        Isa = isa;
        IsSupported = isSupported;
        _oneBlock = oneBlock;
        _twoBlocks = twoBlocks;
    }

    /// <summary>The instruction set.</summary>
    public string Isa { get; }

    /// <summary>Whether this processor runs it in hardware.</summary>
    public bool IsSupported { get; }

    /// <summary>Computes a tile.</summary>
    public void Run(ConvolutionTile* tile)
    {
        if (tile->Blocks == 2)
        {
            _twoBlocks(tile);
        }
        else
        {
            _oneBlock(tile);
        }
    }
}

/// <summary>The kernels for convolutions of channel blocks. All give the same bits.</summary>
public static unsafe class ConvolutionTileKernels
{
    /// <summary>All kernels, fastest first. The last runs everywhere.</summary>
    public static IReadOnlyList<ConvolutionTileKernel> All { get; } =
    [
        new("avx512", Vector512.IsHardwareAccelerated, &ConvolutionTile_14x16_Vector512.Run, &ConvolutionTile_14x32_Vector512.Run),
        new("vector256", true, &ConvolutionTile_14x32_Vector256.Run, &ConvolutionTile_14x32_Vector256.Run),
    ];

    /// <summary>The kernel for depthwise convolutions; its tiles have one block.</summary>
    public static ConvolutionTileKernel Depthwise { get; } = new(
        "vector512", true, &DepthwiseTile_14x16_Vector512.Run, &DepthwiseTile_14x16_Vector512.Run);

    /// <summary>The fastest that this processor runs in hardware.</summary>
    public static ConvolutionTileKernel Best { get; } = All.First(k => k.IsSupported);
}
