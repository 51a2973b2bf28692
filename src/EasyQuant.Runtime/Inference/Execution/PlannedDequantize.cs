using System.Runtime.CompilerServices;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Gives back the reals that a tensor stands for, or a function of them, in the order of the graph.</summary>
internal sealed class PlannedDequantize : SharedStep
{
    private readonly TensorLayout _input;
    private readonly TensorPlace _place;
    private readonly float[] _table;
    private readonly int _output;

    /// <param name="step">What each byte stands for.</param>
    /// <param name="input">The tensor.</param>
    /// <param name="output">The slot of the float tensor.</param>
    public PlannedDequantize(DequantizeStep step, TensorLayout input, int output)
    {
        (_input, _place, _table, _output) = (input, input.Place(), step.Table, output);
    }

    public override StepMethod Method => new("dequantize");

    protected override int CountUnits(int threads) => _input.Images * _input.Height;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override unsafe void RunUnit(RunState state, int unit)
    {
        ElementOrder order = new(_input, unit);
        byte* row = state.Arena + _place.OffsetOf(order.Image, order.Y, 0);
        nint stride = _place.PositionStride;
        fixed (float* reals = state.Floats[_output]!.AsMutableSpan<float>(), table = _table)
        {
            // A row at a time, so that what is read with gaps is still in the first cache for the next channel.
            for (int channel = 0; channel < _input.Channels; channel++)
            {
                float* to = reals + order.First + channel * order.FromChannelToChannel;
                byte* from = row + channel;
                for (int x = 0; x < _input.Width; x++)
                {
                    to[x * order.FromPositionToPosition] = table[from[x * stride]];
                }
            }
        }
    }
}
