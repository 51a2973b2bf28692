using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Byte for byte, with a table for each channel.</summary>
internal sealed unsafe class PlannedChannelTable : SharedStep
{
    private readonly Kernel<ChannelLookupRow> _kernel;
    private readonly TensorPlace _input;
    private readonly TensorPlace _output;
    private readonly TensorLayout _shape;
    private readonly byte* _tables;

    public PlannedChannelTable(ChannelTableStep step, TensorLayout input, TensorLayout output, Kernel<ChannelLookupRow> kernel, PlanMemory memory)
    {
        _kernel = kernel;
        (_input, _output, _shape) = (input.Place(), output.Place(), output);
        _tables = memory.Copy<byte>(step.Tables);
    }

    public override StepMethod Method => new("channel table", _kernel.Isa);

    protected override int CountUnits(int threads) => _shape.Images * _shape.Height;

    protected override void RunUnit(RunState state, int unit)
    {
        (int image, int y) = (unit / _shape.Height, unit % _shape.Height);
        ChannelLookupRow row = new()
        {
            Input = state.Arena + _input.OffsetOf(image, y, 0),
            InputStride = _input.PositionStride,
            Tables = _tables,
            Output = state.Arena + _output.OffsetOf(image, y, 0),
            OutputStride = _output.PositionStride,
            Positions = _shape.Width,
            Channels = _shape.Channels,
        };
        _kernel.Run(&row);
    }
}
