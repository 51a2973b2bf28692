using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>An integer network made ready: places in the arena, packed weights, steps in order. Immutable, so that runs may share it.</summary>
internal sealed class NetworkPlan : IDisposable
{
    private readonly List<(PlannedStep Step, QuantizedTensor? Completes)> _steps = [];
    private readonly Dictionary<QuantizedTensor, TensorLayout> _layouts;
    private readonly KernelSet _kernels;
    private readonly PlanMemory _memory = new();

    public NetworkPlan(IntegerNetwork network, KernelSet kernels)
    {
        Network = network;
        _kernels = kernels;
        _layouts = LayoutPlanner.Plan(network);
        ArenaBytes = Arena.Place(network, _layouts);
        HashSet<TensorLayout> begun = [];
        foreach (NetworkStep step in network.Steps)
        {
            if (step.IntegerOutput is { } output && begun.Add(_layouts[output].Owner) && !_layouts[output].Owner.IsContiguous)
            {
                _steps.Add((new BorderFill(_layouts[output].Owner), null));
            }

            PlannedStep[] made = [.. Make(step)];
            _steps.AddRange(made.Select((m, i) => (m, i == made.Length - 1 ? step.IntegerOutput : null)));
        }
    }

    /// <summary>What is computed.</summary>
    public IntegerNetwork Network { get; }

    /// <summary>Bytes of integer tensors that a run needs.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>Runs all steps.</summary>
    /// <param name="state">The memory of the run.</param>
    /// <param name="observer">Sees each integer tensor as it is computed, its elements in the order of the graph.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    public void Run(RunState state, Action<QuantizedTensor, byte[]>? observer, CancellationToken cancellationToken)
    {
        foreach ((PlannedStep step, QuantizedTensor? completes) in _steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            step.Run(state);
            if (observer is not null && completes is not null)
            {
                observer(completes, PlannedMove.Read(state, _layouts[completes]));
            }
        }
    }

    /// <summary>Frees packed weights. No run may be going on.</summary>
    public void Dispose() => _memory.Dispose();

    private IEnumerable<PlannedStep> Make(NetworkStep step)
    {
        switch (step)
        {
            case QuantizeStep s:
                return [new PlannedQuantize(s, _layouts[s.Output])];
            case DequantizeStep s:
                return [new PlannedDequantize(s, _layouts[s.Input])];
            case ConvolutionStep { Output: { } output } s:
                return PlannedDepthwise.Suits(s, _layouts[s.Input])
                    ? [new PlannedDepthwise(s, _layouts[s.Input], _layouts[output], _kernels.Depthwise, _memory)]
                    : [new PlannedConvolution(s, _layouts[s.Input], _layouts[output], _kernels.Convolution, _memory)];
            case ConvolutionStep s:
                return MakeFloat(s);
            case AddStep s:
                return [new PlannedAdd(s, _layouts[s.Left], _layouts[s.Right], _layouts[s.Output], _kernels.Add, _memory)];
            case MaxPoolStep s:
                return [new PlannedMaxPool(s, _layouts[s.Input], _layouts[s.Output], _kernels.MaxPooling, _memory)];
            case GlobalAverageStep s:
                return [new PlannedGlobalAverage(s, _layouts[s.Input], s.Output is { } mean ? _layouts[mean] : null, _kernels.AveragePooling, _memory)];
            case TableStep s:
                return [new PlannedTable(s.Table, _layouts[s.Input], _layouts[s.Output], 0, _kernels.Lookup, _memory)];
            case MoveStep s:
                return [new PlannedMove(s, _layouts[s.Input], _layouts[s.Output])];
            case ConcatStep s:
                return MakeConcat(s);
            case FloatStep s:
                return [new PlannedFloat(s)];
            default:
                throw new InvalidOperationException($"There is no plan for {step.GetType().Name}.");
        }
    }

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

            first += input.Shape[1];
        }

        return copies.Count > 0 ? copies : [new PlannedInPlace()];
    }

    private IEnumerable<PlannedStep> MakeFloat(ConvolutionStep step)
    {
        Shape shape = step.FloatOutput!.Shape?.ToStatic() ?? throw new InvalidModelException($"{step.Label}: the extents of '{step.FloatOutput.Name}' are not known.");
        TensorLayout computed = TensorLayout.Of(new QuantizedTensor(step.FloatOutput.Name, shape, 1, 0, 0, 255));
        computed.PositionStride = LayoutPlanner.WholeVectors(computed.Channels) * sizeof(float);

        // Behind everything else: a float result lives until it is reordered, and there are few.
        computed.ArenaOffset = (ArenaBytes + 63) / 64 * 64;
        ArenaBytes = computed.ArenaOffset + computed.ByteLength;
        return [new PlannedConvolution(step, _layouts[step.Input], computed, _kernels.Convolution, _memory), new PlannedReorder(step.FloatOutput, shape, computed)];
    }
}
