using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Brings a float result with its channels side by side into the order of the graph.</summary>
/// <param name="computed">Where it was computed.</param>
/// <param name="output">The slot of the float tensor.</param>
internal sealed unsafe class PlannedReorder(TensorLayout computed, int output) : PlannedStep
{
    private readonly TensorPlace _place = computed.Place();

    public override void Run(RunState state)
    {
        Span<float> reals = state.Floats[output]!.AsMutableSpan<float>();
        int plane = computed.Height * computed.Width;
        for (int image = 0; image < computed.Images; image++)
        {
            for (int p = 0; p < plane; p++)
            {
                float* source = (float*)(state.Arena + _place.OffsetOf(image, p / computed.Width, p % computed.Width));
                if (computed.IsMatrix)
                {
                    new ReadOnlySpan<float>(source, computed.Channels).CopyTo(reals[(p * computed.Channels)..]);
                    continue;
                }

                for (int channel = 0; channel < computed.Channels; channel++)
                {
                    reals[(image * computed.Channels + channel) * plane + p] = source[channel];
                }
            }
        }
    }
}
