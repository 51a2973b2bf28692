using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The largest byte of each window; places outside the image do not count.</summary>
internal sealed unsafe class PlannedMaxPool : SharedStep
{
    private readonly Kernel<MaxPoolingRow> _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly Window _window;
    private readonly PoolingStretch[][] _rows;
    private readonly int _channels;

    // Where the grids differ: the largest byte stands for the largest real, so it is found first and converted then.
    private readonly Kernel<LookupRun> _lookup;
    private readonly byte* _table;

    public PlannedMaxPool(MaxPoolStep step, TensorLayout input, TensorLayout output, Kernel<MaxPoolingRow> kernel, Kernel<LookupRun> lookup, PlanMemory memory)
    {
        _kernel = kernel;
        _lookup = lookup;
        _input = input.Place();
        _output = output.Place();
        _shape = output;
        _window = step.Window;
        _channels = LayoutPlanner.WholeVectors(output.Channels);
        _rows = PoolingStretches.Of(step.Window, input, output, memory);
        if (!step.Input.SharesGridWith(step.Output))
        {
            _table = memory.Copy<byte>(Requantization.Table(step.Input, step.Output));
        }
    }

    public override StepMethod Method => new("max pool", _kernel.Isa);

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        foreach (PoolingStretch run in _rows[y])
        {
            MaxPoolingRow row = new()
            {
                Input = state.Arena + _input.OffsetOf(image, y * _window.StrideY - _window.PadTop, run.First * _window.StrideX - _window.PadLeft),
                InputStride = _window.StrideX * _input.PositionStride,
                Offsets = (int*)run.Offsets,
                Taps = run.Taps,
                Output = state.Arena + _output.OffsetOf(image, y, run.First),
                OutputStride = _output.PositionStride,
                Positions = run.Length,
                Channels = _channels,
                Minimum = _table == null ? (byte)_shape.Tensor.Minimum : byte.MinValue,
                Maximum = _table == null ? (byte)_shape.Tensor.Maximum : byte.MaxValue,
            };
            _kernel.Run(&row);
        }

        for (int x = 0; x < _shape.Width && _table != null; x++)
        {
            byte* output = state.Arena + _output.OffsetOf(image, y, x);
            LookupRun run = new() { Input = output, Output = output, Count = _channels, Table = _table };
            _lookup.Run(&run);
        }
    }
}
