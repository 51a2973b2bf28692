using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Copies single bytes to where they belong.</summary>
internal sealed unsafe class PlannedMove : PlannedStep
{
    private const int NoSource = -1;

    private readonly long[] _sources;
    private readonly long[] _destinations;
    private readonly byte[] _table;
    private readonly byte _padding;

    public PlannedMove(MoveStep step, TensorLayout input, TensorLayout output)
    {
        TensorPlace from = input.Place(), to = output.Place();
        _sources = [.. step.Sources.Select(number => number == 0 ? NoSource : OffsetOf(input, from, number - 1))];
        _destinations = [.. Enumerable.Range(0, step.Sources.Length).Select(i => OffsetOf(output, to, i))];
        _table = Requantization.Table(step.Input, step.Output);
        _padding = (byte)step.Output.ZeroPoint;
    }

    public override void Run(RunState state)
    {
        byte* arena = state.Arena;
        for (int i = 0; i < _sources.Length; i++)
        {
            arena[_destinations[i]] = _sources[i] == NoSource ? _padding : _table[arena[_sources[i]]];
        }
    }

    /// <summary>The elements of a tensor in the order of the graph.</summary>
    public static byte[] Read(RunState state, TensorLayout layout)
    {
        byte[] elements = new byte[layout.Tensor.Shape.ElementCount];
        TensorPlace place = layout.Place();
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = state.Arena[OffsetOf(layout, place, i)];
        }

        return elements;
    }

    // Of an element by its number in the order of the graph.
    private static long OffsetOf(TensorLayout layout, TensorPlace place, long index)
    {
        if (layout.IsMatrix)
        {
            return place.OffsetOf(0, 0, (int)(index / layout.Channels)) + index % layout.Channels;
        }

        int plane = layout.Height * layout.Width;
        long map = index / plane;
        int position = (int)(index % plane);
        return place.OffsetOf((int)(map / layout.Channels), position / layout.Width, position % layout.Width) + map % layout.Channels;
    }
}
