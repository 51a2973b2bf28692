using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Sums of two tensors on different grids.</summary>
internal sealed unsafe class PlannedAdd : SharedStep
{
    private readonly AddStep _step;
    private readonly Kernel<AddRun> _kernel;
    private readonly TensorPlace _left;
    private readonly TensorPlace _right;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly OutputGrid* _grid;
    private readonly int _runsPerRow;
    private readonly int _runLength;

    public PlannedAdd(AddStep step, TensorLayout left, TensorLayout right, TensorLayout output, Kernel<AddRun> kernel, PlanMemory memory)
    {
        _step = step;
        _kernel = kernel;
        (_left, _right, _output, _shape) = (left.Place(), right.Place(), output.Place(), output);
        (_runsPerRow, _runLength) = ChannelRuns.Of(left, right, output);
        _grid = memory.Allocate<OutputGrid>(1);
        *_grid = OutputGrid.Of(output.Tensor.ZeroPoint, output.Tensor.Minimum, output.Tensor.Maximum, signed: false);
    }

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        for (int x = 0; x < _runsPerRow; x++)
        {
            AddRun run = new()
            {
                A = state.Arena + _left.OffsetOf(image, y, x),
                B = state.Arena + _right.OffsetOf(image, y, x),
                Output = state.Arena + _output.OffsetOf(image, y, x),
                Count = _runLength,
                ZeroPointA = _step.Left.ZeroPoint,
                ZeroPointB = _step.Right.ZeroPoint,
                MultiplierA = _step.Left.Scale / _step.Output.Scale,
                MultiplierB = _step.Right.Scale / _step.Output.Scale,
                Grid = _grid,
            };
            _kernel.Run(&run);
        }
    }
}

/// <summary>Byte for byte, from one place to another.</summary>
internal sealed unsafe class PlannedTable : SharedStep
{
    private readonly Kernel<LookupRun> _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly byte* _table;
    private readonly int _firstChannel;
    private readonly int _runsPerRow;
    private readonly int _runLength;

    /// <summary>A table over a tensor; <paramref name="firstChannel"/> is where its channels begin in the output's.</summary>
    public PlannedTable(byte[] table, TensorLayout input, TensorLayout output, int firstChannel, Kernel<LookupRun> kernel, PlanMemory memory)
    {
        _kernel = kernel;
        (_input, _output, _shape) = (input.Place(), output.Place(), input);
        _table = memory.Copy<byte>(table);
        _firstChannel = firstChannel;

        // Part of a concatenation: what lies behind the channels belongs to the next part.
        (_runsPerRow, _runLength) = input.Channels == output.Channels ? ChannelRuns.Of(input, output) : (input.Width, input.Channels);
    }

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        for (int x = 0; x < _runsPerRow; x++)
        {
            LookupRun run = new()
            {
                Input = state.Arena + _input.OffsetOf(image, y, x),
                Output = state.Arena + _output.OffsetOf(image, y, x) + _firstChannel,
                Count = _runLength,
                Table = _table,
            };
            _kernel.Run(&run);
        }
    }
}

/// <summary>How rows of tensors of equal extents are cut into runs of bytes that lie alike.</summary>
internal static class ChannelRuns
{
    /// <summary>One run for a row where positions follow each other without gaps in all tensors, else one for each position.</summary>
    public static (int RunsPerRow, int Length) Of(params ReadOnlySpan<TensorLayout> tensors)
    {
        int channels = LayoutPlanner.WholeVectors(tensors[0].Channels);
        bool isDense = true;
        foreach (TensorLayout tensor in tensors)
        {
            isDense &= tensor.Owner.PositionStride == channels;
        }

        return isDense ? (1, tensors[0].Width * channels) : (tensors[0].Width, channels);
    }
}
