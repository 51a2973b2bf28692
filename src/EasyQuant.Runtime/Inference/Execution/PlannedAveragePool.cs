using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The mean of each window; places outside the image add nothing, whether they count or not.</summary>
internal sealed unsafe class PlannedAveragePool : SharedStep
{
    private readonly Kernel<AveragePoolingRow> _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly Window _window;
    private readonly int _zeroPoint;
    private readonly PoolingStretch[][] _rows;
    private readonly float* _multipliers;
    private readonly OutputGrid* _grid;
    private readonly int _channels;

    public PlannedAveragePool(AveragePoolStep step, TensorLayout input, TensorLayout output, Kernel<AveragePoolingRow> kernel, PlanMemory memory)
    {
        _kernel = kernel;
        (_input, _output, _shape, _window) = (input.Place(), output.Place(), output, step.Window);
        _zeroPoint = step.Input.ZeroPoint;
        _channels = LayoutPlanner.WholeVectors(output.Channels);
        _rows = PoolingStretches.Of(step.Window, input, output, memory);
        _multipliers = memory.Copy<float>([.. step.RowCounts.SelectMany(r => step.ColumnCounts.Select(c => step.Multiplier(r * c)))]);
        _grid = memory.GridOf(output.Tensor);
    }

    public override StepMethod Method => new("average pool", _kernel.Isa);

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        foreach (PoolingStretch run in _rows[y])
        {
            AveragePoolingRow row = new()
            {
                Input = state.Arena + _input.OffsetOf(image, y * _window.StrideY - _window.PadTop, run.First * _window.StrideX - _window.PadLeft),
                InputStride = _window.StrideX * _input.PositionStride,
                Offsets = (int*)run.Offsets,
                Taps = run.Taps,
                Start = -run.Taps * _zeroPoint,
                Multipliers = _multipliers + y * _shape.Width + run.First,
                Output = state.Arena + _output.OffsetOf(image, y, run.First),
                OutputStride = _output.PositionStride,
                Positions = run.Length,
                Channels = _channels,
                Grid = _grid,
            };
            _kernel.Run(&row);
        }
    }
}
