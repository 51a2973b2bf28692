using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>PRelu with a slope for each channel.</summary>
internal sealed unsafe class PlannedSlope : SharedStep
{
    private readonly Kernel<SlopeRow> _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly int _zeroPoint;
    private readonly float _positive;
    private readonly float* _negative;
    private readonly OutputGrid* _grid;

    public PlannedSlope(SlopeStep step, TensorLayout input, TensorLayout output, Kernel<SlopeRow> kernel, PlanMemory memory)
    {
        _kernel = kernel;
        (_input, _output, _shape) = (input.Place(), output.Place(), output);
        _zeroPoint = step.Input.ZeroPoint;
        _positive = step.PositiveMultiplier();
        _negative = memory.Allocate<float>(LayoutPlanner.WholeVectors(output.Channels));
        step.NegativeMultipliers().CopyTo(new Span<float>(_negative, output.Channels));
        _grid = memory.GridOf(output.Tensor);
    }

    public override StepMethod Method => new("slope", _kernel.Isa);

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        SlopeRow row = new()
        {
            Input = state.Arena + _input.OffsetOf(image, y, 0),
            InputStride = _input.PositionStride,
            ZeroPoint = _zeroPoint,
            Positive = _positive,
            Negative = _negative,
            Output = state.Arena + _output.OffsetOf(image, y, 0),
            OutputStride = _output.PositionStride,
            Positions = _shape.Width,
            Channels = LayoutPlanner.WholeVectors(_shape.Channels),
            Grid = _grid,
        };
        _kernel.Run(&row);
    }
}
