using System.Runtime.CompilerServices;
using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Copies bytes to where they belong, those that stay neighbours together.</summary>
internal sealed unsafe class PlannedMove : SharedStep
{
    private const int NoSource = -1;
    private const int StretchesOfUnit = 1024;

    // Fewer bytes are copied sooner than a function is called.
    private const int ShortestRun = 8;

    private readonly Stretch[] _stretches;
    private readonly Kernel<LookupRun> _kernel;
    private readonly long _input;
    private readonly long _output;
    private readonly byte* _table;
    private readonly bool _keepsBytes;
    private readonly byte _fill;

    public PlannedMove(MoveStep step, TensorLayout input, TensorLayout output, Kernel<LookupRun> kernel, PlanMemory memory)
    {
        _kernel = kernel;
        (_input, _output, _fill) = (input.Place().Start, output.Place().Start, step.Fill);
        byte[] table = Requantization.Table(step.Input, step.Output);
        _table = memory.Copy<byte>(table);
        _keepsBytes = Enumerable.Range(step.Input.Minimum, step.Input.Maximum - step.Input.Minimum + 1).All(q => table[q] == q);
        _stretches = [.. FindStretches(step, input, output)];
    }

    public override StepMethod Method => new("move");

    protected override int CountUnits(int threads) => (_stretches.Length + StretchesOfUnit - 1) / StretchesOfUnit;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void RunUnit(RunState state, int unit)
    {
        byte* input = state.Arena + _input, output = state.Arena + _output, table = _table;
        int end = Math.Min((unit + 1) * StretchesOfUnit, _stretches.Length);
        for (int i = unit * StretchesOfUnit; i < end; i++)
        {
            ref readonly Stretch stretch = ref _stretches[i];
            byte* destination = output + stretch.Destination;
            if (stretch.Source == NoSource)
            {
                new Span<byte>(destination, stretch.Length).Fill(_fill);
            }
            else if (stretch.Length < ShortestRun)
            {
                byte* source = input + stretch.Source;
                for (int k = 0; k < stretch.Length; k++)
                {
                    destination[k] = table[source[k]];
                }
            }
            else if (_keepsBytes)
            {
                Buffer.MemoryCopy(input + stretch.Source, destination, stretch.Length, stretch.Length);
            }
            else
            {
                LookupRun run = new() { Input = input + stretch.Source, Output = destination, Count = stretch.Length, Table = table };
                _kernel.Run(&run);
            }
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

    // Destinations in the order in which they lie.
    private static List<Stretch> FindStretches(MoveStep step, TensorLayout input, TensorLayout output)
    {
        List<Stretch> stretches = [];
        TensorPlace from = input.Place(), to = output.Place();
        int plane = output.IsMatrix ? 1 : output.Height * output.Width;
        for (int i = 0; i < step.Sources.Length; i++)
        {
            (int position, int channel) = (i / output.Channels, i % output.Channels);
            int number = (position / plane * output.Channels + channel) * plane + position % plane;
            int source = step.Sources[number] == 0 ? NoSource : checked((int)(OffsetOf(input, from, step.Sources[number] - 1) - from.Start));
            int destination = checked((int)(OffsetOf(output, to, number) - to.Start));
            if (stretches.Count > 0 && stretches[^1].MayTake(destination, source))
            {
                stretches[^1] = stretches[^1] with { Length = stretches[^1].Length + 1 };
            }
            else
            {
                stretches.Add(new Stretch(destination, source, 1));
            }
        }

        return stretches;
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

    private readonly record struct Stretch(int Destination, int Source, int Length)
    {
        public bool MayTake(int destination, int source) =>
            destination == Destination + Length && (source == NoSource ? Source == NoSource : Source != NoSource && source == Source + Length);
    }
}
