using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Runtime.Inference.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Rounds a float tensor into the arena: channels after each other become channels side by side.</summary>
/// <param name="input">The slot of the float tensor.</param>
/// <param name="output">Where it goes.</param>
internal sealed unsafe class PlannedQuantize(int input, TensorLayout output) : SharedStep
{
    private const int QuadChannels = 4;
    private const int LongestRun = 4096;

    private readonly TensorPlace _place = output.Place();

    public override StepMethod Method => new("quantize");

    protected override int CountUnits(int threads) => output.Images * output.Height;

    // What an operator computes shows when it runs; what the file declares may be something else.
    protected override void Check(RunState state)
    {
        if (state.Floats[input] is not { Type: DataType.Float32 } reals || reals.Count != output.Tensor.Shape.ElementCount)
        {
            throw new InvalidModelException(
                $"what is rounded to '{output.Tensor.Name}' is {state.Floats[input]?.ToString() ?? "never computed"}, though the model says that it is f32[{output.Tensor.Shape}]. Correct the declared shape, or leave it out.");
        }
    }

    protected override void RunUnit(RunState state, int unit)
    {
        ReadOnlySpan<float> elements = MemoryMarshal.Cast<byte, float>(state.Floats[input]!.Bytes.Span);
        if (output.IsMatrix)
        {
            QuantizeMatrix(elements, state.Arena);
            return;
        }

        (int image, int y) = (unit / output.Height, unit % output.Height);
        int quads = output.PositionStride / QuadChannels;
        int plane = output.Height * output.Width;
        Span<uint> packed = stackalloc uint[output.PositionStride == QuadChannels ? 0 : Math.Min(output.Width, LongestRun)];
        for (int quad = 0; quad < quads; quad++)
        {
            ReadOnlySpan<float> planes = elements[(((image * output.Channels + QuadChannels * quad) * output.Height + y) * output.Width)..];
            byte* destination = state.Arena + _place.OffsetOf(image, y, 0) + QuadChannels * quad;
            int channels = Math.Min(QuadChannels, output.Channels - QuadChannels * quad);
            if (packed.IsEmpty)
            {
                Quantize(planes, plane, channels, new Span<uint>(destination, output.Width));
                continue;
            }

            for (int x = 0; x < output.Width; x += packed.Length)
            {
                Span<uint> part = packed[..Math.Min(packed.Length, output.Width - x)];
                Quantize(planes[x..], plane, channels, part);
                foreach (uint bytes in part)
                {
                    *(uint*)destination = bytes;
                    destination += output.PositionStride;
                }
            }
        }
    }

    private void Quantize(ReadOnlySpan<float> planes, int plane, int channels, Span<uint> quads) => QuadQuantizer.Quantize(
        planes, plane, channels, quads.Length, output.Tensor.Scale, output.Tensor.ZeroPoint, output.Tensor.Minimum, output.Tensor.Maximum, quads);

    private void QuantizeMatrix(ReadOnlySpan<float> elements, byte* arena)
    {
        for (int row = 0; row < output.Width; row++)
        {
            ByteQuantizer.Quantize(
                elements.Slice(row * output.Channels, output.Channels), output.Tensor.Scale, output.Tensor.ZeroPoint, output.Tensor.Minimum, output.Tensor.Maximum,
                new Span<byte>(arena + _place.OffsetOf(0, 0, row), output.Channels));
        }
    }
}
