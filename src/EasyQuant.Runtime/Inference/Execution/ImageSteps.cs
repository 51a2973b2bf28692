using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The largest byte of each window; places outside the image do not count.</summary>
internal sealed unsafe class PlannedMaxPool(MaxPoolStep step, TensorLayout input, TensorLayout output) : PlannedStep
{
    private readonly TensorPlace _inputPlace = input.Place();
    private readonly TensorPlace _outputPlace = output.Place();

    public override void Run(RunState state)
    {
        nint arena = (nint)state.Arena;
        int channels = (output.Channels + LayoutPlanner.VectorChannels - 1) / LayoutPlanner.VectorChannels * LayoutPlanner.VectorChannels;
        channels = Math.Min(channels, input.Owner.PositionStride - input.FirstChannel);
        state.Workers.For(output.Images * output.Height, row =>
        {
            (int image, int y) = (row / output.Height, row % output.Height);
            for (int x = 0; x < output.Width; x++)
            {
                Span<byte> largest = new((byte*)arena + _outputPlace.OffsetOf(image, y, x), channels);
                largest.Fill((byte)output.Tensor.Minimum);
                for (int ky = 0; ky < step.Window.KernelHeight; ky++)
                {
                    int sourceY = y * step.Window.StrideY + ky * step.Window.DilationY - step.Window.PadTop;
                    for (int kx = 0; kx < step.Window.KernelWidth && (uint)sourceY < (uint)input.Height; kx++)
                    {
                        int sourceX = x * step.Window.StrideX + kx * step.Window.DilationX - step.Window.PadLeft;
                        if ((uint)sourceX < (uint)input.Width)
                        {
                            ReadOnlySpan<byte> source = new((byte*)arena + _inputPlace.OffsetOf(image, sourceY, sourceX), channels);
                            TensorPrimitives.Max(largest, source, largest);
                        }
                    }
                }

                TensorPrimitives.Min<byte>(largest, (byte)output.Tensor.Maximum, largest);
            }
        });
    }
}

/// <summary>Means of whole maps, as integers or reals.</summary>
internal sealed unsafe class PlannedGlobalAverage(GlobalAverageStep step, TensorLayout input, TensorLayout? output) : PlannedStep
{
    private readonly TensorPlace _inputPlace = input.Place();
    private readonly TensorPlace? _outputPlace = output?.Place();

    public override void Run(RunState state)
    {
        float multiplier = step.Multiplier();
        Tensor? reals = step.FloatOutput is null ? null : Tensor.Allocate(DataType.Float32, [input.Images, input.Channels, 1, 1]);
        int[] sums = new int[input.Channels];
        for (int image = 0; image < input.Images; image++)
        {
            Array.Fill(sums, -step.Positions * step.Input.ZeroPoint);
            for (int p = 0; p < step.Positions; p++)
            {
                byte* source = state.Arena + _inputPlace.OffsetOf(image, p / input.Width, p % input.Width);
                for (int channel = 0; channel < sums.Length; channel++)
                {
                    sums[channel] += source[channel];
                }
            }

            for (int channel = 0; channel < sums.Length; channel++)
            {
                if (_outputPlace is { } place)
                {
                    state.Arena[place.OffsetOf(image, 0, 0) + channel] = Requantization.Round(sums[channel] * multiplier, step.Output!);
                }
                else
                {
                    reals!.AsMutableSpan<float>()[image * input.Channels + channel] = sums[channel] * multiplier;
                }
            }
        }

        if (reals is not null)
        {
            state.Floats[step.FloatOutput!] = reals;
        }
    }
}

/// <summary>Sums of two tensors on different grids.</summary>
internal sealed unsafe class PlannedAdd(AddStep step, TensorLayout left, TensorLayout right, TensorLayout output) : PlannedStep
{
    private readonly TensorPlace _leftPlace = left.Place();
    private readonly TensorPlace _rightPlace = right.Place();
    private readonly TensorPlace _outputPlace = output.Place();
    private readonly float[] _left = Products(step.Left, step.Output);
    private readonly float[] _right = Products(step.Right, step.Output);

    public override void Run(RunState state)
    {
        nint arena = (nint)state.Arena;
        state.Workers.For(output.Images * output.Height, row =>
        {
            (int image, int y) = (row / output.Height, row % output.Height);
            for (int x = 0; x < output.Width; x++)
            {
                byte* a = (byte*)arena + _leftPlace.OffsetOf(image, y, x);
                byte* b = (byte*)arena + _rightPlace.OffsetOf(image, y, x);
                byte* sum = (byte*)arena + _outputPlace.OffsetOf(image, y, x);
                for (int channel = 0; channel < output.Channels; channel++)
                {
                    sum[channel] = Requantization.Round(_left[a[channel]] + _right[b[channel]], step.Output);
                }
            }
        });
    }

    private static float[] Products(QuantizedTensor operand, QuantizedTensor sum)
    {
        float multiplier = operand.Scale / sum.Scale;
        return [.. Enumerable.Range(0, 256).Select(q => (q - operand.ZeroPoint) * multiplier)];
    }
}

/// <summary>Byte for byte, from one place to another.</summary>
internal sealed unsafe class PlannedTable(byte[] table, TensorLayout input, TensorLayout output, int outputChannel) : PlannedStep
{
    private readonly TensorPlace _inputPlace = input.Place();
    private readonly TensorPlace _outputPlace = output.Place();

    public override void Run(RunState state)
    {
        nint arena = (nint)state.Arena;
        state.Workers.For(input.Images * input.Height, row =>
        {
            (int image, int y) = (row / input.Height, row % input.Height);
            for (int x = 0; x < input.Width; x++)
            {
                byte* source = (byte*)arena + _inputPlace.OffsetOf(image, y, x);
                byte* destination = (byte*)arena + _outputPlace.OffsetOf(image, y, x) + outputChannel;
                for (int channel = 0; channel < input.Channels; channel++)
                {
                    destination[channel] = table[source[channel]];
                }
            }
        });
    }
}
