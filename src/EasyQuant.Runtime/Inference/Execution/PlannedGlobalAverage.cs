using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Means of whole maps, as integers or reals.</summary>
internal sealed unsafe class PlannedGlobalAverage : PlannedStep
{
    private readonly GlobalAverageStep _step;
    private readonly Kernel<AveragePoolingRow> _kernel;
    private readonly TensorLayout _input;
    private readonly TensorPlace _inputPlace;
    private readonly TensorPlace _outputPlace;
    private readonly bool _isMatrix;
    private readonly int* _offsets;
    private readonly float* _multiplier;
    private readonly OutputGrid* _grid;
    private readonly int _channels;

    public PlannedGlobalAverage(GlobalAverageStep step, TensorLayout input, TensorLayout output, Kernel<AveragePoolingRow> kernel, PlanMemory memory)
    {
        _step = step;
        _kernel = kernel;
        _input = input;
        _inputPlace = input.Place();
        _outputPlace = output.Place();
        _isMatrix = output.IsMatrix;
        _channels = LayoutPlanner.WholeVectors(input.Channels);
        _offsets = memory.Copy<int>([.. Enumerable.Range(0, step.Positions).Select(p => checked((int)(
            p / input.Width * _inputPlace.RowStride + p % input.Width * _inputPlace.PositionStride)))]);
        _multiplier = memory.Copy<float>([step.Multiplier()]);
        if (step.Output is { } grid)
        {
            _grid = memory.GridOf(grid);
        }
    }

    public override StepMethod Method => new("global average", _kernel.Isa);

    public override void Run(RunState state)
    {
        for (int image = 0; image < _input.Images; image++)
        {
            AveragePoolingRow row = new()
            {
                Input = state.Arena + _inputPlace.OffsetOf(image, 0, 0),
                Offsets = _offsets,
                Taps = _step.Positions,
                Start = -_step.Positions * _step.Input.ZeroPoint,
                Multipliers = _multiplier,
                Output = state.Arena + (_isMatrix ? _outputPlace.OffsetOf(0, 0, image) : _outputPlace.OffsetOf(image, 0, 0)),
                Positions = 1,
                Channels = _channels,
                Grid = _grid,
            };
            _kernel.Run(&row);
        }
    }
}
