using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>What is computed element by element of two tensors on different grids, or of images and one element for each of their maps.</summary>
internal abstract unsafe class PlannedPair : SharedStep
{
    private readonly TensorPlace _left;
    private readonly TensorPlace _right;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly int _runsPerRow;
    private readonly int _runLength;

    protected PlannedPair(TensorLayout left, TensorLayout right, TensorLayout output, PlanMemory memory)
    {
        (_left, _right, _output, _shape) = (left.Place(), ChannelRuns.Spread(right, output), output.Place(), output);
        (_runsPerRow, _runLength) = ChannelRuns.Of(left, right, output);
        Grid = memory.GridOf(output.Tensor);
    }

    /// <summary>The grid of the result.</summary>
    protected OutputGrid* Grid { get; }

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        for (int x = 0; x < _runsPerRow; x++)
        {
            Compute(state.Arena + _left.OffsetOf(image, y, x), state.Arena + _right.OffsetOf(image, y, x), state.Arena + _output.OffsetOf(image, y, x), _runLength);
        }
    }

    /// <summary>Computes bytes that lie side by side.</summary>
    protected abstract void Compute(byte* left, byte* right, byte* output, int count);
}
