using EasyQuant.Kernels.IntegerConvolutions;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The largest byte of each window; places outside the image do not count.</summary>
internal sealed unsafe class PlannedMaxPool : SharedStep
{
    private readonly Kernel<MaxPoolingRow> _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly Window _window;
    private readonly Stretch[][] _rows;
    private readonly int _channels;

    public PlannedMaxPool(MaxPoolStep step, TensorLayout input, TensorLayout output, Kernel<MaxPoolingRow> kernel, PlanMemory memory)
    {
        _kernel = kernel;
        _input = input.Place();
        _output = output.Place();
        _shape = output;
        _window = step.Window;
        _channels = LayoutPlanner.WholeVectors(output.Channels);
        Dictionary<(int, int, int, int), (nint Offsets, int Taps)> known = [];
        _rows = [.. Enumerable.Range(0, output.Height).Select(y => CutRow(y, input, known, memory))];
    }

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        foreach (Stretch run in _rows[y])
        {
            MaxPoolingRow row = new()
            {
                Input = state.Arena + _input.OffsetOf(image, y * _window.StrideY - _window.PadTop, run.First * _window.StrideX - _window.PadLeft),
                InputStride = _window.StrideX * _input.PositionStride,
                Offsets = (int*)run.Offsets,
                Taps = run.Taps,
                Output = state.Arena + _output.OffsetOf(image, y, run.First),
                OutputStride = _output.PositionStride,
                Positions = run.Length,
                Channels = _channels,
                Minimum = (byte)_shape.Tensor.Minimum,
                Maximum = (byte)_shape.Tensor.Maximum,
            };
            _kernel.Run(&row);
        }
    }

    // Consecutive outputs of a row whose windows reach the image with the same taps.
    private Stretch[] CutRow(int y, TensorLayout input, Dictionary<(int, int, int, int), (nint Offsets, int Taps)> known, PlanMemory memory)
    {
        (int firstY, int endY) = Inside(y * _window.StrideY - _window.PadTop, _window.DilationY, _window.KernelHeight, input.Height);
        List<Stretch> runs = [];
        for (int x = 0; x < _shape.Width; x++)
        {
            (int firstX, int endX) = Inside(x * _window.StrideX - _window.PadLeft, _window.DilationX, _window.KernelWidth, input.Width);
            if (!known.TryGetValue((firstY, endY, firstX, endX), out (nint Offsets, int Taps) taps))
            {
                int[] offsets = [.. from ky in Enumerable.Range(firstY, endY - firstY)
                                    from kx in Enumerable.Range(firstX, endX - firstX)
                                    select checked((int)(ky * _window.DilationY * _input.RowStride + kx * _window.DilationX * _input.PositionStride))];
                known[(firstY, endY, firstX, endX)] = taps = ((nint)memory.Copy<int>(offsets), offsets.Length);
            }

            if (runs.Count > 0 && runs[^1].Offsets == taps.Offsets)
            {
                runs[^1] = runs[^1] with { Length = runs[^1].Length + 1 };
            }
            else
            {
                runs.Add(new Stretch(x, 1, taps.Offsets, taps.Taps));
            }
        }

        return [.. runs];
    }

    private static (int First, int End) Inside(int start, int dilation, int kernel, int extent)
    {
        int[] inside = [.. Enumerable.Range(0, kernel).Where(k => (uint)(start + k * dilation) < (uint)extent)];
        return inside.Length > 0
            ? (inside[0], inside[^1] + 1)
            : throw new InvalidOperationException("A pooling window lies outside of the image.");
    }

    private readonly record struct Stretch(int First, int Length, nint Offsets, int Taps);
}

/// <summary>Means of whole maps, as integers or reals.</summary>
internal sealed unsafe class PlannedGlobalAverage : PlannedStep
{
    private readonly GlobalAverageStep _step;
    private readonly Kernel<AveragePoolingRow> _kernel;
    private readonly TensorLayout _input;
    private readonly TensorPlace _inputPlace;
    private readonly TensorPlace _outputPlace;
    private readonly int* _offsets;
    private readonly float* _multiplier;
    private readonly OutputGrid* _grid;
    private readonly int _channels;

    public PlannedGlobalAverage(GlobalAverageStep step, TensorLayout input, TensorLayout output, Kernel<AveragePoolingRow> kernel, PlanMemory memory)
    {
        _step = step;
        _kernel = kernel;
        _input = input;
        _inputPlace = input.Place();
        _outputPlace = output.Place();
        _channels = LayoutPlanner.WholeVectors(input.Channels);
        _offsets = memory.Copy<int>([.. Enumerable.Range(0, step.Positions).Select(p => checked((int)(
            p / input.Width * _inputPlace.RowStride + p % input.Width * _inputPlace.PositionStride)))]);
        _multiplier = memory.Copy<float>([step.Multiplier()]);
        if (step.Output is { } grid)
        {
            _grid = memory.Allocate<OutputGrid>(1);
            *_grid = OutputGrid.Of(grid.ZeroPoint, grid.Minimum, grid.Maximum, signed: false);
        }
    }

    public override void Run(RunState state)
    {
        for (int image = 0; image < _input.Images; image++)
        {
            AveragePoolingRow row = new()
            {
                Input = state.Arena + _inputPlace.OffsetOf(image, 0, 0),
                Offsets = _offsets,
                Taps = _step.Positions,
                Start = -_step.Positions * _step.Input.ZeroPoint,
                Multipliers = _multiplier,
                Output = state.Arena + _outputPlace.OffsetOf(image, 0, 0),
                Positions = 1,
                Channels = _channels,
                Grid = _grid,
            };
            _kernel.Run(&row);
        }
    }
}
