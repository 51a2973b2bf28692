using System.Diagnostics;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>An integer network made ready: places in the arena, packed weights, steps in order. Immutable, so that runs may share it.</summary>
internal sealed class NetworkPlan : IDisposable
{
    private readonly List<Entry> _steps = [];
    private readonly Dictionary<QuantizedTensor, TensorLayout> _layouts;
    private readonly KernelSet _kernels;
    private readonly PlanMemory _memory;
    private readonly SharedWeights _weights;

    // For each entry the slots of float operators' results that nobody reads behind it.
    private readonly int[][] _lastReads;
    private readonly (int Slot, Tensor? Constant)[] _outputs;

    /// <summary>Plans a network.</summary>
    /// <param name="network">What is computed.</param>
    /// <param name="kernels">What computes it.</param>
    /// <param name="weights">Packed weights that several plans share; without them the plan has its own.</param>
    public NetworkPlan(IntegerNetwork network, KernelSet kernels, SharedWeights? weights = null)
    {
        Network = network;
        _kernels = kernels;

        // Depthwise convolutions and those by Winograd's method have kernels of their own, which do not add.
        network = network with { Steps = ResidualFusion.Join(network.Steps, c => c.Weights.Groups == 1 && !WinogradChoice.IsWinograd(c, TensorLayout.Of(c.Output!), kernels)) };
        _layouts = LayoutPlanner.Plan(network);
        ArenaBytes = Arena.Place(network, _layouts);
        InputSlots = [.. network.Inputs.Select(Slots.Of)];
        weights?.Hold();
        _weights = weights ?? new SharedWeights();
        _memory = new PlanMemory(_weights);
        try
        {
            AddSteps(network);
        }
        catch
        {
            Dispose();
            throw;
        }

        _lastReads = FindLastReads(network);
        _outputs = [.. network.Outputs.Select(o => (o.Constant is null ? Slots.Of(o) : -1, o.Constant))];
    }

    /// <summary>What is computed.</summary>
    public IntegerNetwork Network { get; }

    /// <summary>The steps in order, each with the computation that it belongs to.</summary>
    public IEnumerable<(PlannedStep Step, NetworkStep Origin)> Steps => _steps.Select(s => (s.Step, Network.Steps[s.Origin]));

    /// <summary>The slots of the network's inputs.</summary>
    public int[] InputSlots { get; }

    /// <summary>The float tensors of a run.</summary>
    public FloatSlots Slots { get; } = new();

    /// <summary>Bytes of integer tensors that a run needs.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>Bytes that steps need while they are computed by so many threads; they use them one after the other.</summary>
    public long ScratchBytes(int threads) => _steps.Count == 0 ? 0 : _steps.Max(s => s.Step.ScratchBytes(threads));

    /// <summary>Runs all steps.</summary>
    /// <param name="state">The memory of the run.</param>
    /// <param name="observer">Sees each integer tensor as it is computed, its elements in the order of the graph.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    public void Run(RunState state, Action<QuantizedTensor, byte[]>? observer, CancellationToken cancellationToken)
    {
        // What the last run left for its caller.
        state.Buffers.Dispose();
        for (int index = 0; index < _steps.Count; index++)
        {
            Entry entry = _steps[index];
            cancellationToken.ThrowIfCancellationRequested();
            if (observer is not null && entry.Step is PlannedConvolution { Joined: { } joined } convolution)
            {
                // What is otherwise never stored, where the sum will be.
                convolution.WithoutAddition().Run(state);
                observer(joined, PlannedMove.Read(state, _layouts[entry.Completes!]));
            }

            entry.Step.Run(state);
            if (observer is not null && entry.Completes is not null)
            {
                observer(entry.Completes, PlannedMove.Read(state, _layouts[entry.Completes]));
            }

            Release(state, index);
        }
    }

    /// <summary>Runs all steps and adds how long each took to the number of the network's step that it belongs to.</summary>
    public void Measure(RunState state, Span<long> ticks, CancellationToken cancellationToken)
    {
        state.Buffers.Dispose();
        for (int index = 0; index < _steps.Count; index++)
        {
            Entry entry = _steps[index];
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            entry.Step.Run(state);
            ticks[entry.Origin] += Stopwatch.GetTimestamp() - start;
            Release(state, index);
        }
    }

    /// <summary>What computes each of the network's steps.</summary>
    public string[] Kernels()
    {
        string[] kernels = new string[Network.Steps.Count];
        Array.Fill(kernels, "with its convolution");
        foreach (Entry entry in _steps.Where(s => s.Source is not null))
        {
            kernels[entry.Origin] = entry.Step.Method.Summary;
        }

        return kernels;
    }

    /// <summary>A line for each step.</summary>
    public IReadOnlyList<PlanLine> Describe() => [.. _steps.Select(entry => entry.Describe(entry.Completes is null ? 0 : _layouts[entry.Completes].OwnBytes))];

    /// <summary>An output after a run; it is written again by the next one.</summary>
    public Tensor Output(RunState state, int index) => _outputs[index].Constant ?? state.Floats[_outputs[index].Slot]!;

    /// <summary>Products of the row kernels by how many groups are added in 16 bits.</summary>
    public Dictionary<int, long> WideningPeriods() =>
        _steps.Select(s => s.Step).OfType<PlannedConvolution>().SelectMany(c => c.Periods).GroupBy(p => p.Period).ToDictionary(g => g.Key, g => g.Sum(p => p.Products));

    /// <summary>Frees the memory that no other plan shares. No run may be going on.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        _weights.Release();
    }

    private void AddSteps(IntegerNetwork network)
    {
        HashSet<TensorLayout> begun = [];
        Dictionary<NetworkStep, int> origins = new(Network.Steps.Index().Select(s => KeyValuePair.Create(s.Item, s.Index)), ReferenceEqualityComparer.Instance);
        foreach (NetworkStep step in network.Steps)
        {
            int origin = origins[step is ConvolutionAddStep joined ? joined.Convolution : step];
            if (step.IntegerOutput is { } output && begun.Add(_layouts[output].Owner) && !_layouts[output].Owner.IsContiguous)
            {
                _steps.Add(new Entry(new BorderFill(_layouts[output].Owner), null, null, 0, origin));
            }

            long bytesBefore = _memory.ByteLength;
            PlannedStep[] made = [.. Make(step)];
            _steps.AddRange(made.Select((m, i) => new Entry(
                m, i == 0 ? step : null, i == made.Length - 1 ? step.IntegerOutput : null, i == 0 ? _memory.ByteLength - bytesBefore : 0, origin)));
        }
    }

    private void Release(RunState state, int index)
    {
        foreach (int slot in _lastReads[index])
        {
            if (state.Floats[slot] is { } tensor)
            {
                state.Buffers.Release(tensor);
            }
        }
    }

    private int[][] FindLastReads(IntegerNetwork network)
    {
        HashSet<int> kept = [.. network.Outputs.Where(o => o.Constant is null).Select(Slots.Of)];
        Dictionary<int, int> last = [];
        foreach ((int index, Entry entry) in _steps.Index())
        {
            foreach (int slot in (entry.Step as PlannedFloat)?.Outputs ?? [])
            {
                last[slot] = index;
            }

            Value?[] reads = Network.Steps[entry.Origin] switch { FloatStep s => [.. s.Node.Inputs], QuantizeStep s => [s.Input], _ => [] };
            foreach (int slot in reads.Where(r => r is { Constant: null }).Select(r => Slots.Of(r!)).Where(last.ContainsKey))
            {
                last[slot] = index;
            }
        }

        ILookup<int, int> bySteps = last.Where(l => !kept.Contains(l.Key)).ToLookup(l => l.Value, l => l.Key);
        return [.. Enumerable.Range(0, _steps.Count).Select(i => bySteps[i].ToArray())];
    }

    private IEnumerable<PlannedStep> Make(NetworkStep step)
    {
        switch (step)
        {
            case QuantizeStep s:
                return [new PlannedQuantize(Slots.Of(s.Input), _layouts[s.Output])];
            case DequantizeStep s:
                return [new PlannedDequantize(s, _layouts[s.Input], Slots.Own(s.Output, s.Input.Shape))];
            case ConvolutionStep { Output: { } output } s:
                return PlannedDepthwise.Suits(s, _layouts[s.Input])
                    ? [new PlannedDepthwise(s, _layouts[s.Input], _layouts[output], _kernels.Depthwise, _memory)]
                    : [MakeConvolution(s, _layouts[output])];
            case ConvolutionStep s:
                Shape shape = s.FloatOutput!.Shape?.ToStatic() ?? throw new InvalidModelException($"{s.Label}: the extents of '{s.FloatOutput.Name}' are not known.");
                return MakeFloat(s.FloatOutput, shape, reals => MakeConvolution(s, reals));
            case ProductStep { Output: { } product } s:
                return [new PlannedProduct(s, _layouts[s.Left], _layouts[s.Right], _layouts[product], -1, _kernels.Product, _memory)];
            case ProductStep s:
                return [new PlannedProduct(s, _layouts[s.Left], _layouts[s.Right], null, Slots.Own(s.FloatOutput!, ProductShape(s)), _kernels.Product, _memory)];
            case ConvolutionAddStep s:
                return [new PlannedConvolution(s, _layouts[s.Convolution.Input], _layouts[s.Addend], _layouts[s.Add.Output], _kernels.Convolution, _memory)];
            case AddStep s:
                return [new PlannedAdd(s, _layouts[s.Left], _layouts[s.Right], _layouts[s.Output], _kernels.Add, _memory)];
            case MultiplyStep s:
                return [new PlannedMultiply(s, _layouts[s.Left], _layouts[s.Right], _layouts[s.Output], _kernels.Multiply, _memory)];
            case MaxPoolStep s:
                return [new PlannedMaxPool(s, _layouts[s.Input], _layouts[s.Output], _kernels.MaxPooling, _kernels.Lookup, _memory)];
            case AveragePoolStep s:
                return [new PlannedAveragePool(s, _layouts[s.Input], _layouts[s.Output], _kernels.AveragePooling, _memory)];
            case GlobalAverageStep s:
                return s.Output is { } mean
                    ? [new PlannedGlobalAverage(s, _layouts[s.Input], _layouts[mean], _kernels.AveragePooling, _memory)]
                    : MakeFloat(s.FloatOutput!, s.FloatShape, reals => new PlannedGlobalAverage(s, _layouts[s.Input], reals, _kernels.AveragePooling, _memory));
            case TableStep s:
                return [new PlannedTable(s.Table, _layouts[s.Input], _layouts[s.Output], 0, _kernels.Lookup, _memory)];
            case ChannelTableStep s:
                return [new PlannedChannelTable(s, _layouts[s.Input], _layouts[s.Output], _kernels.ChannelLookup, _memory)];
            case SlopeStep s:
                return [new PlannedSlope(s, _layouts[s.Input], _layouts[s.Output], _kernels.Slope, _memory)];
            case MoveStep s:
                return [new PlannedMove(s, _layouts[s.Input], _layouts[s.Output], _kernels.Lookup, _memory)];
            case ConcatStep s:
                return MakeConcat(s);
            case FloatStep s:
                return [new PlannedFloat(s, Slots)];
            default:
                throw new InvalidOperationException($"There is no plan for {step.GetType().Name}.");
        }
    }

    private static Shape ProductShape(ProductStep step) =>
        step.FloatOutput!.Shape?.ToStatic() ?? throw new InvalidModelException($"{step.Label}: the extents of '{step.FloatOutput.Name}' are not known.");

    private PlannedStep MakeConvolution(ConvolutionStep step, TensorLayout output) => WinogradChoice.IsWinograd(step, output, _kernels)
        ? new PlannedWinograd(step, _layouts[step.Input], output, _kernels, _memory)
        : new PlannedConvolution(step, _layouts[step.Input], output, _kernels.Convolution, _memory);

    // Parts that were computed in place need nothing more.
    private List<PlannedStep> MakeConcat(ConcatStep step)
    {
        List<PlannedStep> copies = [];
        int first = 0;
        foreach (QuantizedTensor input in step.Inputs)
        {
            if (_layouts[input].Owner != _layouts[step.Output].Owner)
            {
                copies.Add(new PlannedTable(Requantization.Table(input, step.Output), _layouts[input], _layouts[step.Output], first, _kernels.Lookup, _memory));
            }

            first += input.Channels;
        }

        return copies.Count > 0 ? copies : [new PlannedInPlace()];
    }

    // Computed with the channels side by side, and then brought into the order of the graph.
    private IEnumerable<PlannedStep> MakeFloat(Value output, Shape shape, Func<TensorLayout, PlannedStep> compute)
    {
        TensorLayout computed = TensorLayout.Of(new QuantizedTensor(output.Name, shape, 1, 0, 0, 255));
        computed.PositionStride = LayoutPlanner.WholeVectors(computed.Channels) * sizeof(float);

        // Behind everything else: a float result lives until it is reordered, and there are few.
        computed.ArenaOffset = (ArenaBytes + 63) / 64 * 64;
        ArenaBytes = computed.ArenaOffset + computed.ByteLength;
        return [compute(computed), new PlannedReorder(computed, Slots.Own(output, shape))];
    }

    /// <param name="Step">What is run.</param>
    /// <param name="Source">The step of the network that it is the first for.</param>
    /// <param name="Completes">The tensor that is whole after it.</param>
    /// <param name="ParameterBytes">Memory of the plan that it takes.</param>
    /// <param name="Origin">The number of the network's step that it belongs to.</param>
    private readonly record struct Entry(PlannedStep Step, NetworkStep? Source, QuantizedTensor? Completes, long ParameterBytes, int Origin)
    {
        public PlanLine Describe(long outputBytes)
        {
            StepMethod method = Step.Method;
            ConvolutionStep? layer = Source is ConvolutionAddStep joined ? joined.Convolution : Source as ConvolutionStep;
            string label = Source is ConvolutionAddStep both ? $"{both.Convolution.Label}, {both.Add.Label}" : Source?.Label ?? "";
            return new PlanLine(label, method.Name, method.Isa, method.Tile, method.Widening, ParameterBytes, outputBytes, (Source as ProductStep)?.Macs ?? layer?.Macs ?? 0);
        }
    }
}
