using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Products of two tensors, or of images and one element for each of their maps.</summary>
internal sealed unsafe class PlannedMultiply : SharedStep
{
    private readonly MultiplyStep _step;
    private readonly Kernel<MultiplyRun> _kernel;
    private readonly TensorPlace _left;
    private readonly TensorPlace _right;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly OutputGrid* _grid;
    private readonly int _runsPerRow;
    private readonly int _runLength;

    public PlannedMultiply(MultiplyStep step, TensorLayout left, TensorLayout right, TensorLayout output, Kernel<MultiplyRun> kernel, PlanMemory memory)
    {
        _step = step;
        _kernel = kernel;
        (_left, _right, _output, _shape) = (left.Place(), ChannelRuns.Spread(right, output), output.Place(), output);
        (_runsPerRow, _runLength) = ChannelRuns.Of(left, right, output);
        _grid = memory.Allocate<OutputGrid>(1);
        *_grid = OutputGrid.Of(output.Tensor.ZeroPoint, output.Tensor.Minimum, output.Tensor.Maximum, signed: false);
    }

    public override StepMethod Method => new("multiply", _kernel.Isa);

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        for (int x = 0; x < _runsPerRow; x++)
        {
            MultiplyRun run = new()
            {
                A = state.Arena + _left.OffsetOf(image, y, x),
                B = state.Arena + _right.OffsetOf(image, y, x),
                Output = state.Arena + _output.OffsetOf(image, y, x),
                Count = _runLength,
                ZeroPointA = _step.Left.ZeroPoint,
                ZeroPointB = _step.Right.ZeroPoint,
                Multiplier = _step.Multiplier(),
                Grid = _grid,
            };
            _kernel.Run(&run);
        }
    }
}
