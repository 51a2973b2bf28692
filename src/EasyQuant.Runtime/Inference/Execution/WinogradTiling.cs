using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>How a layer's outputs are cut into tiles of 4 × 4, and these into batches and blocks that fit the caches.</summary>
/// <remarks>
/// <para>The patches of a batch are transformed first. Then, for two panels of output channels at a time, their weights are transformed,
/// multiplied with all patches of the batch, and the sums transformed back, block by block.</para>
/// <para>So transformed weights, eight times as large as the weights, are never stored: they are made again for every batch, which
/// costs a few per cent of the products.</para>
/// </remarks>
internal sealed class WinogradTiling
{
    // Transformed patches are 4.5 times as large as the inputs; they are read from the outer cache, once for two panels.
    private const int BatchBytes = 4 << 20;

    // Sums of a block, 36 by two panels, lie in the inner cache until they are transformed back.
    private const int BlockTiles = 56;

    public WinogradTiling(ConvolutionStep step, TensorLayout output, int rowStep)
    {
        LayerWeights weights = step.Weights;
        RowStep = rowStep;
        TileRows = (output.Height + WinogradTile.Outputs - 1) / WinogradTile.Outputs;
        TileColumns = (output.Width + WinogradTile.Outputs - 1) / WinogradTile.Outputs;
        Tiles = output.Images * TileRows * TileColumns;
        Chunks = WinogradWeights.Chunks(weights.RowLength / WinogradFilter.Taps);
        Panels = WinogradWeights.Panels(weights.Channels);
        Parts = WinogradWeights.Parts(weights.Rows, weights.Channels, Math.Min(step.Input.Minimum, step.Input.ZeroPoint), Math.Max(step.Input.Maximum, step.Input.ZeroPoint));
        int patchBytes = WinogradTile.Frequencies * Chunks * WinogradTile.ChunkChannels * sizeof(short);
        int most = Math.Max(BlockTiles, BatchBytes / patchBytes / BlockTiles * BlockTiles);
        Batches = (Tiles + most - 1) / most;
        BatchTiles = (Tiles + Batches - 1) / Batches;
    }

    /// <summary>Products are computed for so many tiles at a time.</summary>
    public int RowStep { get; }

    /// <summary>Rows of tiles of an image.</summary>
    public int TileRows { get; }

    /// <summary>Tiles of a row.</summary>
    public int TileColumns { get; }

    /// <summary>Tiles of all images.</summary>
    public int Tiles { get; }

    /// <summary>How many times 32 input channels.</summary>
    public int Chunks { get; }

    /// <summary>Where each part of them ends whose products are added up before they are transformed back: few enough to be exact.</summary>
    public int[] Parts { get; }

    /// <summary>Pairs of input channels.</summary>
    public int Pairs => Chunks * WinogradTile.ChunkChannels / 2;

    /// <summary>How many times 16 output channels.</summary>
    public int Panels { get; }

    /// <summary>How many times two panels.</summary>
    public int Groups => (Panels + WinogradTile.MostPanels - 1) / WinogradTile.MostPanels;

    /// <summary>How often patches and weights are transformed.</summary>
    public int Batches { get; }

    /// <summary>The most tiles of a batch.</summary>
    public int BatchTiles { get; }

    /// <summary>How many blocks so many tiles are.</summary>
    public static int BlocksOf(int tiles) => (tiles + BlockTiles - 1) / BlockTiles;

    /// <summary>No block of any batch has more tiles.</summary>
    /// <remarks>A smaller batch may have larger blocks than a full one: 394 tiles are 15 blocks of 27, 388 are 14 of 28.</remarks>
    public int LargestBlock => (Math.Min(BlockTiles, BatchTiles) + RowStep - 1) / RowStep * RowStep;

    /// <summary>The tiles of a block where so many are cut into blocks of nearly equal size.</summary>
    public int BlockOf(int tiles) => ((tiles + BlocksOf(tiles) - 1) / BlocksOf(tiles) + RowStep - 1) / RowStep * RowStep;
}
