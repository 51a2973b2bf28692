using System.Runtime.CompilerServices;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Brings a float result with its channels side by side into the order of the graph.</summary>
/// <param name="computed">Where it was computed.</param>
/// <param name="output">The slot of the float tensor.</param>
internal sealed class PlannedReorder(TensorLayout computed, int output) : SharedStep
{
    private readonly TensorPlace _place = computed.Place();

    public override StepMethod Method => new("reorder");

    protected override int CountUnits(int threads) => computed.Images * computed.Height;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override unsafe void RunUnit(RunState state, int unit)
    {
        ElementOrder order = new(computed, unit);
        byte* row = state.Arena + _place.OffsetOf(order.Image, order.Y, 0);
        nint stride = _place.PositionStride / sizeof(float);
        fixed (float* reals = state.Floats[output]!.AsMutableSpan<float>())
        {
            for (int channel = 0; channel < computed.Channels; channel++)
            {
                float* to = reals + order.First + channel * order.FromChannelToChannel;
                float* from = (float*)row + channel;
                for (int x = 0; x < computed.Width; x++)
                {
                    to[x * order.FromPositionToPosition] = from[x * stride];
                }
            }
        }
    }
}
