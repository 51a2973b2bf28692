using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>How a layer's outputs are cut into tiles of 4 × 4, and these into batches and blocks that fit the caches.</summary>
/// <remarks>
/// <para>A thread takes a batch and transforms its patches. Then, for two panels of output channels at a time, it transforms their
/// weights, multiplies them with all patches of the batch, and transforms the sums back, block by block.</para>
/// <para>So transformed weights, eight times as large as the weights, are never stored: they are made again for every batch, which
/// costs a few per cent of the products.</para>
/// </remarks>
internal sealed class WinogradTiling
{
    // Transformed patches are 4.5 times as large as the inputs; they are read from the outer cache, once for two panels.
    private const int BatchBytes = 2 << 20;

    // Sums of a block, 36 by two panels, lie in the inner cache until they are transformed back.
    private const int BlockTiles = 56;

    /// <summary>Cuts a layer.</summary>
    /// <param name="step">The layer.</param>
    /// <param name="output">The extents of its result.</param>
    /// <param name="rowStep">Products are computed for so many tiles at a time.</param>
    /// <param name="threads">How many threads share the batches.</param>
    public WinogradTiling(ConvolutionStep step, TensorLayout output, int rowStep, int threads)
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

        // As many for each thread, unless there are fewer tiles than threads.
        int batches = (Tiles + most * threads - 1) / (most * threads) * threads;
        BatchTiles = (Tiles + batches - 1) / batches;
        Batches = (Tiles + BatchTiles - 1) / BatchTiles;
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

    /// <summary>How often weights are transformed.</summary>
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
