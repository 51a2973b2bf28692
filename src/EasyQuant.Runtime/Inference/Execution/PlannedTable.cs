using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Byte for byte, from one place to another.</summary>
internal sealed unsafe class PlannedTable : SharedStep
{
    private readonly Kernel<LookupRun> _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly byte* _table;
    private readonly int _firstChannel;
    private readonly int _runsPerRow;
    private readonly int _runLength;

    /// <summary>A table over a tensor; <paramref name="firstChannel"/> is where its channels begin in the output's.</summary>
    public PlannedTable(byte[] table, TensorLayout input, TensorLayout output, int firstChannel, Kernel<LookupRun> kernel, PlanMemory memory)
    {
        _kernel = kernel;
        (_input, _output, _shape) = (input.Place(), output.Place(), input);
        _table = memory.Copy<byte>(table);
        _firstChannel = firstChannel;

        // Part of a concatenation: what lies behind the channels belongs to the next part.
        (_runsPerRow, _runLength) = input.Channels == output.Channels ? ChannelRuns.Of(input, output) : (input.Width, input.Channels);
    }

    public override StepMethod Method => new("table", _kernel.Isa);

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        for (int x = 0; x < _runsPerRow; x++)
        {
            LookupRun run = new()
            {
                Input = state.Arena + _input.OffsetOf(image, y, x),
                Output = state.Arena + _output.OffsetOf(image, y, x) + _firstChannel,
                Count = _runLength,
                Table = _table,
            };
            _kernel.Run(&run);
        }
    }
}
