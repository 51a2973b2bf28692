using EasyQuant.Kernels.FloatProducts;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>Cuts a picture of outputs into runs of seven pixels of a row, two runs a tile.</summary>
/// <remarks>The last run of a row ends with it and computes some pixels a second time; rows shorter than a run are computed beside and copied.</remarks>
internal readonly unsafe struct RunGrid(int height, int width)
{
    private readonly int _runsInRow = (width + ConvolutionTile.Run - 1) / ConvolutionTile.Run;

    /// <summary>The number of runs.</summary>
    public int Runs => height * _runsInRow;

    /// <summary>The number of tiles.</summary>
    public int Tiles => (Runs + 1) / 2;

    /// <summary>Row and column of a run.</summary>
    public (int Row, int Column) this[int run]
    {
        get
        {
            (int row, int index) = Math.DivRem(run, _runsInRow);
            return (row, Math.Max(0, Math.Min(index * ConvolutionTile.Run, width - ConvolutionTile.Run)));
        }
    }

    /// <summary>Computes one tile.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="tile">Everything but the places of inputs and outputs.</param>
    /// <param name="index">The tile's number.</param>
    /// <param name="input">What the first output reads first.</param>
    /// <param name="rowStep">Floats from what one output reads to what the one below it reads.</param>
    /// <param name="output">The first output.</param>
    public void Run(ConvolutionTileKernel kernel, ref ConvolutionTile tile, int index, float* input, int rowStep, float* output)
    {
        (int leftRow, int leftColumn) = this[2 * index];
        (int rightRow, int rightColumn) = this[Math.Min(2 * index + 1, Runs - 1)];
        tile.Left = input + (long)leftRow * rowStep + leftColumn * tile.PixelStep;
        tile.Right = input + (long)rightRow * rowStep + rightColumn * tile.PixelStep;
        float* left = output + ((long)leftRow * width + leftColumn) * ChannelBlocks.Lanes;
        float* right = output + ((long)rightRow * width + rightColumn) * ChannelBlocks.Lanes;
        fixed (ConvolutionTile* pointer = &tile)
        {
            if (width >= ConvolutionTile.Run)
            {
                tile.LeftOutput = left;
                tile.RightOutput = right;
                kernel.Run(pointer);
                return;
            }

            const int runLength = ConvolutionTile.Run * ConvolutionTile.Block;
            float* beside = stackalloc float[4 * runLength];
            nint blockStep = tile.BlockStep;
            tile.LeftOutput = beside;
            tile.RightOutput = beside + runLength;
            tile.BlockStep = 2 * runLength;
            kernel.Run(pointer);
            tile.BlockStep = blockStep;
            int length = width * ChannelBlocks.Lanes;
            for (int block = 0; block < tile.Blocks; block++, beside += 2 * runLength, left += blockStep, right += blockStep)
            {
                new ReadOnlySpan<float>(beside, length).CopyTo(new Span<float>(left, length));
                new ReadOnlySpan<float>(beside + runLength, length).CopyTo(new Span<float>(right, length));
            }
        }
    }
}
