using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>A convolution whose every output channel reads the input channel of its number.</summary>
internal sealed unsafe class PlannedDepthwise : SharedStep
{
    private readonly DepthwiseKernel _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly Window _window;
    private readonly int* _offsets;
    private readonly int _offsetCount;
    private readonly byte* _parameters;
    private readonly int _channels;
    private readonly OutputGrid* _grid;

    public PlannedDepthwise(ConvolutionStep step, TensorLayout input, TensorLayout output, DepthwiseKernel kernel, PlanMemory memory)
    {
        _kernel = kernel;
        _input = input.Place();
        _output = output.Place();
        _shape = output;
        _window = step.Window;
        _channels = LayoutPlanner.WholeVectors(output.Channels);
        int taps = _window.KernelHeight * _window.KernelWidth;
        int[] offsets = kernel.OrderTaps([.. Enumerable.Range(0, taps).Select(t => checked((int)(
            t / _window.KernelWidth * _window.DilationY * _input.RowStride + t % _window.KernelWidth * _window.DilationX * _input.PositionStride)))]);
        _offsets = memory.Copy<int>(offsets);
        _offsetCount = offsets.Length;
        _parameters = memory.Packed(step, input.Channels, shared => new Parameters(step, kernel, shared)).Bytes;
        _grid = memory.GridOf(output.Tensor);
    }

    /// <summary>Whether this is how to compute a step.</summary>
    public static bool Suits(ConvolutionStep step, TensorLayout input) =>
        step.Output is not null && step.Weights.Groups == step.Weights.Channels && step.Weights.Groups == input.Channels && input.Channels > 1;

    public override StepMethod Method => new("depthwise", _kernel.Isa);

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        DepthwiseRow row = new()
        {
            Input = state.Arena + _input.OffsetOf(image, y * _window.StrideY - _window.PadTop, -_window.PadLeft),
            InputStride = _window.StrideX * _input.PositionStride,
            Offsets = _offsets,
            OffsetCount = _offsetCount,
            Parameters = _parameters,
            Output = state.Arena + _output.OffsetOf(image, y, 0),
            OutputStride = _output.PositionStride,
            Positions = _shape.Width,
            Channels = _channels,
            Grid = _grid,
        };
        _kernel.Run(&row);
    }

    /// <summary>What a channel is multiplied with, in the order that a kernel reads it.</summary>
    private sealed class Parameters
    {
        public Parameters(ConvolutionStep step, DepthwiseKernel kernel, PlanMemory memory)
        {
            int channels = LayoutPlanner.WholeVectors(step.Weights.Channels);
            int taps = step.Window.KernelHeight * step.Window.KernelWidth;
            sbyte[] weights = new sbyte[taps * channels];
            int[] start = new int[channels];
            float[] multipliers = new float[channels];
            step.Multipliers().CopyTo(multipliers.AsSpan());
            for (int channel = 0; channel < step.Weights.Channels; channel++)
            {
                ReadOnlySpan<sbyte> row = step.Weights.Row(channel);
                start[channel] = step.Weights.Bias[channel];
                for (int tap = 0; tap < taps; tap++)
                {
                    weights[tap * channels + channel] = row[tap];
                    start[channel] -= step.Input.ZeroPoint * row[tap];
                }
            }

            Bytes = memory.Copy<byte>(kernel.PackParameters(weights, start, multipliers));
        }

        public byte* Bytes { get; }
    }
}
