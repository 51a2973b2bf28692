using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerWinograd;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>A 3 × 3 convolution by Winograd's method: a quarter of the products, the same bytes.</summary>
internal sealed unsafe class PlannedWinograd : PlannedStep
{
    private readonly WinogradKernel _kernel;
    private readonly WinogradTiling _tiling;
    private readonly WinogradScratch _scratch;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly Window _window;
    private readonly int _height;
    private readonly int _width;
    private readonly sbyte* _weights;
    private readonly int* _start;
    private readonly float* _multipliers;
    private readonly OutputGrid* _grid;

    public PlannedWinograd(ConvolutionStep step, TensorLayout input, TensorLayout output, KernelSet kernels, PlanMemory memory)
    {
        _kernel = kernels.Winograd;
        _tiling = new WinogradTiling(step, output, _kernel.RowStep, kernels.Threads);
        _scratch = new WinogradScratch(_tiling);
        _input = input.Place();
        _output = output.Place();
        _window = step.Window;
        (_height, _width) = (output.Height, output.Width);

        Parameters parameters = memory.Packed(step, input.Channels, shared => new Parameters(step, input.Channels, _tiling.Panels * WinogradTile.PanelChannels, shared));
        _weights = parameters.Weights;
        _start = parameters.Start;
        _multipliers = parameters.Multipliers;
        if (step.Output is { } tensor)
        {
            _grid = memory.GridOf(tensor);
        }
    }

    /// <summary>Whether the method computes the layer: a 3 × 3 kernel over all channels that moves by one position.</summary>
    public static bool Suits(ConvolutionStep step) =>
        step.Window is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1 } && step.Weights.Groups == 1 && step.Input.Shape.Rank == 4;

    public override StepMethod Method => new("winograd", _kernel.Isa, $"{WinogradTile.Outputs}x{WinogradTile.Outputs}");

    public override long ScratchBytes(int threads) => _scratch.ByteLength(threads);

    public override void Run(RunState state)
    {
        _scratch.Begin(state.Scratch, state.Workers.Threads);
        state.Workers.For(_tiling.Batches, new Body(this, state));
    }

    // A thread keeps what it transforms to itself: what another one has just written takes longer to read than to make again.
    private void ComputeBatch(RunState state, int batch)
    {
        int first = batch * _tiling.BatchTiles, end = Math.Min(first + _tiling.BatchTiles, _tiling.Tiles);
        WinogradSlot slot = _scratch.Take(state.Scratch);
        TransformPatches(state, slot, first, end);
        int block = _tiling.BlockOf(end - first);
        for (int panel = 0; panel < _tiling.Panels; panel += WinogradTile.MostPanels)
        {
            int panels = Math.Min(WinogradTile.MostPanels, _tiling.Panels - panel);
            TransformWeights(panel, panels, slot.Weights);
            for (int tile = first; tile < end; tile += block)
            {
                int count = Math.Min(block, end - tile);
                int firstChunk = 0;
                foreach (int endChunk in _tiling.Parts)
                {
                    Multiply(slot, panels, tile - first, count, firstChunk, endChunk);
                    TransformSums(state, slot, panel, panels, tile, count, isFirst: firstChunk == 0, isLast: endChunk == _tiling.Chunks);
                    firstChunk = endChunk;
                }
            }
        }

        slot.Free();
    }

    private void TransformPatches(RunState state, WinogradSlot slot, int first, int end)
    {
        WinogradInput patch = new()
        {
            FrequencyStride = _scratch.ValueLines * WinogradTile.ChunkChannels,
            ChunkStride = _scratch.ChunkLines * WinogradTile.ChunkChannels,
            Chunks = _tiling.Chunks,
        };
        for (int tile = first; tile < end; tile++)
        {
            (int image, int y, int x) = PositionOf(tile);
            patch.Input = state.Arena + _input.OffsetOf(image, y - _window.PadTop, x - _window.PadLeft);
            patch.Values = slot.Values + (tile - first) * WinogradTile.ChunkChannels;
            for (int i = 0; i < WinogradTile.Inputs; i++)
            {
                // Behind the last inputs that any output looks at come the same once more.
                patch.Rows[i] = Math.Min(i, _height + 1 - y) * _input.RowStride;
                patch.Columns[i] = Math.Min(i, _width + 1 - x) * _input.PositionStride;
            }

            _kernel.TransformInput(&patch);
        }
    }

    private void TransformWeights(int firstPanel, int panels, short* weights)
    {
        nint panelBytes = (nint)_tiling.Pairs * WinogradFilter.Taps * WinogradFilter.Lanes;
        WinogradFilter filter = new()
        {
            Weights = _weights + firstPanel * panelBytes,
            PanelStride = panelBytes,
            Panels = panels,
            Pairs = _tiling.Pairs,
            Values = weights,
            FrequencyStride = _scratch.WeightLines * WinogradFilter.Lanes,
        };
        _kernel.TransformWeights(&filter);
    }

    private void Multiply(WinogradSlot slot, int panels, int firstRow, int count, int firstChunk, int endChunk)
    {
        short* values = slot.Values + (firstRow + (nint)firstChunk * _scratch.ChunkLines) * WinogradTile.ChunkChannels;
        short* weights = slot.Weights + (nint)firstChunk * WinogradTile.ChunkChannels / 2 * panels * WinogradFilter.Lanes;
        for (int frequency = 0; frequency < WinogradTile.Frequencies; frequency++)
        {
            WinogradProduct product = new()
            {
                Values = values + (nint)frequency * _scratch.ValueLines * WinogradTile.ChunkChannels,
                ChunkStride = _scratch.ChunkLines * WinogradTile.ChunkChannels * sizeof(short),
                Weights = weights + (nint)frequency * _scratch.WeightLines * WinogradFilter.Lanes,
                Sums = slot.Sums + (nint)frequency * _scratch.SumLines * WinogradTile.PanelChannels,
                Chunks = endChunk - firstChunk,
                Rows = count,
                Panels = panels,
            };
            _kernel.Multiply(&product);
        }
    }

    private void TransformSums(RunState state, WinogradSlot slot, int firstPanel, int panels, int firstTile, int count, bool isFirst, bool isLast)
    {
        int firstChannel = firstPanel * WinogradTile.PanelChannels;
        WinogradOutput output = new()
        {
            FrequencyStride = _scratch.SumLines * WinogradTile.PanelChannels,
            Channels = panels * WinogradTile.PanelChannels,
            Start = _start + firstChannel,
            Multipliers = _multipliers + firstChannel,
            IsFirstPart = isFirst,
            IsLastPart = isLast,
            RowStride = _output.RowStride,
            PositionStride = _output.PositionStride,
            Grid = _grid,
        };
        for (int i = 0; i < count; i++)
        {
            (int image, int y, int x) = PositionOf(firstTile + i);
            output.Sums = slot.Sums + i * panels * WinogradTile.PanelChannels;
            output.Totals = slot.Totals + i * WinogradScratch.TotalsOfTile;
            output.Output = state.Arena + _output.OffsetOf(image, y, x) + firstChannel * (_grid == null ? sizeof(float) : 1);
            output.Height = Math.Min(WinogradTile.Outputs, _height - y);
            output.Width = Math.Min(WinogradTile.Outputs, _width - x);
            _kernel.TransformOutput(&output);
        }
    }

    // Of a tile's first output.
    private (int Image, int Y, int X) PositionOf(int tile)
    {
        (int row, int column) = (tile / _tiling.TileColumns, tile % _tiling.TileColumns);
        return (row / _tiling.TileRows, row % _tiling.TileRows * WinogradTile.Outputs, column * WinogradTile.Outputs);
    }

    private readonly struct Body(PlannedWinograd step, RunState state) : ILoopBody
    {
        public void Run(int index) => step.ComputeBatch(state, index);
    }

    /// <summary>Transformed weights, and what a channel's sums begin with and are multiplied by.</summary>
    private sealed class Parameters
    {
        public Parameters(ConvolutionStep step, int inputChannels, int channels, PlanMemory memory)
        {
            LayerWeights weights = step.Weights;
            Weights = memory.Allocate<sbyte>(checked((int)WinogradWeights.Length(inputChannels, weights.Channels)));
            WinogradWeights.Pack(weights.Rows, inputChannels, weights.Channels, Weights);
            Start = memory.Allocate<int>(channels);
            Multipliers = memory.Allocate<float>(channels);
            step.Multipliers().CopyTo(new Span<float>(Multipliers, channels));
            for (int channel = 0; channel < weights.Channels; channel++)
            {
                int sum = 0;
                foreach (sbyte weight in weights.Row(channel))
                {
                    sum += weight;
                }

                Start[channel] = weights.Bias[channel] - step.Input.ZeroPoint * sum;
            }
        }

        public sbyte* Weights { get; }

        public int* Start { get; }

        public float* Multipliers { get; }
    }
}
