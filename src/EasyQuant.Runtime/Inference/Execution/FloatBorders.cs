using EasyQuant.Graphs;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Rounds a float tensor into the arena: channels after each other become channels side by side.</summary>
internal sealed unsafe class PlannedQuantize(QuantizeStep step, TensorLayout output) : PlannedStep
{
    private const int QuadChannels = 4;

    private readonly TensorPlace _place = output.Place();

    public override void Run(RunState state)
    {
        ReadOnlyMemory<byte> source = state.Floats[step.Input].Bytes;
        nint arena = (nint)state.Arena;
        int quads = output.PositionStride / QuadChannels;
        state.Workers.For(output.Images * output.Height, row =>
        {
            ReadOnlySpan<float> elements = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(source.Span);
            (int image, int y) = (row / output.Height, row % output.Height);
            if (output.IsMatrix)
            {
                QuantizeMatrix(elements, (byte*)arena);
                return;
            }

            Span<uint> packed = stackalloc uint[Math.Min(output.Width, 4096)];
            for (int quad = 0; quad < quads; quad++)
            {
                for (int x = 0; x < output.Width; x += packed.Length)
                {
                    int length = Math.Min(packed.Length, output.Width - x);
                    int plane = output.Height * output.Width;
                    QuadQuantizer.Quantize(
                        elements[(((image * output.Channels + QuadChannels * quad) * output.Height + y) * output.Width + x)..], plane, Math.Min(QuadChannels, output.Channels - QuadChannels * quad),
                        length, output.Tensor.Scale, output.Tensor.ZeroPoint, output.Tensor.Minimum, output.Tensor.Maximum, packed[..length]);
                    byte* destination = (byte*)arena + _place.OffsetOf(image, y, x) + QuadChannels * quad;
                    for (int i = 0; i < length; i++, destination += output.PositionStride)
                    {
                        *(uint*)destination = packed[i];
                    }
                }
            }
        });
    }

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

/// <summary>Gives back the reals that a tensor stands for, in the order of the graph.</summary>
internal sealed unsafe class PlannedDequantize(DequantizeStep step, TensorLayout input) : PlannedStep
{
    private readonly TensorPlace _place = input.Place();

    public override void Run(RunState state)
    {
        Tensor tensor = Tensor.Allocate(DataType.Float32, input.Tensor.Shape);
        Span<float> reals = tensor.AsMutableSpan<float>();
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

        state.Floats[step.Output] = tensor;
    }
}

/// <summary>Brings a float result with its channels side by side into the order of the graph.</summary>
internal sealed unsafe class PlannedReorder(Value output, Shape shape, TensorLayout computed) : PlannedStep
{
    private readonly TensorPlace _place = computed.Place();

    public override void Run(RunState state)
    {
        Tensor tensor = Tensor.Allocate(DataType.Float32, shape);
        Span<float> reals = tensor.AsMutableSpan<float>();
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

        state.Floats[output] = tensor;
    }
}

/// <summary>A node in float.</summary>
internal sealed class PlannedFloat(FloatStep step) : PlannedStep
{
    public override void Run(RunState state)
    {
        Tensor?[] inputs = [.. step.Node.Inputs.Select(i => i is null ? null : i.Constant ?? state.Floats[i])];
        int count = step.Node.Outputs.Count;
        int[] none = [];
        Tensor?[] outputs = new PlanStep(step.Node, step.Operator, none, none, none).Compute(inputs, new OperatorContext(state.Workers));
        for (int i = 0; i < count; i++)
        {
            if (step.Node.Outputs[i] is { } value && outputs[i] is { } tensor)
            {
                state.Floats[value] = tensor;
            }
        }
    }
}
