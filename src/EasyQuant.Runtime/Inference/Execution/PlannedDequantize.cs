using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Gives back the reals that a tensor stands for, in the order of the graph.</summary>
/// <param name="input">The tensor.</param>
/// <param name="output">The slot of the float tensor.</param>
internal sealed unsafe class PlannedDequantize(TensorLayout input, int output) : PlannedStep
{
    private readonly TensorPlace _place = input.Place();

    public override void Run(RunState state)
    {
        Span<float> reals = state.Floats[output]!.AsMutableSpan<float>();
        int plane = input.Height * input.Width;
        for (int image = 0; image < input.Images; image++)
        {
            for (int p = 0; p < plane; p++)
            {
                byte* source = state.Arena + _place.OffsetOf(image, p / input.Width, p % input.Width);
                for (int channel = 0; channel < input.Channels; channel++)
                {
                    reals[input.IsMatrix ? p * input.Channels + channel : (image * input.Channels + channel) * plane + p] = (source[channel] - input.Tensor.ZeroPoint) * input.Tensor.Scale;
                }
            }
        }
    }
}
