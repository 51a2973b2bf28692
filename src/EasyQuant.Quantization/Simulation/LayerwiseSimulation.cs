using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Planning;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using StoredTensor = EasyQuant.Quantization.Simulation.TensorStore.StoredTensor;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// Takes all samples through the float network and its quantized form side by side, one node at a time, so that at each
/// layer the inputs from quantized predecessors and the float outputs of every sample are at hand, and nothing is computed
/// twice for the layers after it.
/// </summary>
/// <remarks>
/// Quantized layers are computed in integers; every other node in float, on rounded inputs where the exported graph
/// rounds them. Only nodes that lead to a quantized layer or a carried group are visited.
/// </remarks>
internal sealed class LayerwiseSimulation : IDisposable
{
    private readonly Graph _graph;
    private readonly int _opset;
    private readonly QuantizationPlan _plan;
    private readonly ScaleTable _scales;
    private readonly ISampleSource _samples;
    private readonly WorkerPool _workers;
    private readonly TensorStore _store;
    private readonly BufferPool _buffers = new();
    private readonly HashSet<Node> _needed;
    private readonly SearchMemory? _memory;

    /// <param name="model">The prepared model.</param>
    /// <param name="plan">What of it is quantized.</param>
    /// <param name="scales">The steps, which visitors change.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="memoryBudgetBytes">Bytes of intermediate tensors kept in memory.</param>
    /// <param name="memory">What former searches found; where it has a stop, its visitor is not called.</param>
    public LayerwiseSimulation(
        Model model, QuantizationPlan plan, ScaleTable scales, ISampleSource samples, WorkerPool workers, long memoryBudgetBytes, SearchMemory? memory = null)
    {
        _memory = memory;
        _graph = model.Graph;
        _opset = model.Opset;
        _plan = plan;
        _scales = scales;
        _samples = samples;
        _workers = workers;
        _store = new TensorStore(memoryBudgetBytes);
        _needed = FindNeeded();
    }

    /// <summary>Bytes of intermediate tensors that did not fit the memory budget.</summary>
    public long SpilledBytes => _store.SpilledBytes;

    /// <summary>Goes through the network once.</summary>
    public void Run(ILayerVisitor visitor, string stage, IProgress<QuantizationProgress>? progress, CancellationToken cancellationToken)
    {
        SearchMemory.Sweep? known = _memory?.Begin(stage, _plan.Layers.Count, visitor.Journal);
        if (known?.RestoreAll() == true)
        {
            return;
        }

        Sweep sweep = new(this, visitor, known, cancellationToken);
        sweep.ReadSamples();
        int done = 0;
        foreach (Node node in _graph.Nodes.Where(_needed.Contains))
        {
            cancellationToken.ThrowIfCancellationRequested();
            sweep.VisitCarriedInputs(node);
            if (_plan.LayerOf(node) is { } layer)
            {
                sweep.RunLayer(layer);
                progress?.Report(new QuantizationProgress(stage, ++done, _plan.Layers.Count, layer.Name));
            }
            else
            {
                sweep.RunNode(node);
            }

            sweep.Release(node);
        }

        sweep.ReleaseAll();
        known?.Finish();
    }

    public void Dispose() => _store.Dispose();

    // Nodes from which a quantized layer, or a reader of a carried group, can be reached.
    private HashSet<Node> FindNeeded()
    {
        HashSet<Node> needed = [];
        HashSet<Value> wanted = [.. _plan.Layers.Select(l => l.Output), .. _plan.Groups.SelectMany(g => g.Sources)];
        foreach (Node node in _graph.Nodes.Reverse())
        {
            if (node.Outputs.Any(o => o is not null && wanted.Contains(o)))
            {
                needed.Add(node);
                wanted.UnionWith(ReadsOf(node).OfType<Value>());
            }
        }

        return needed;
    }

    // What the node's operator is given: its inputs, and behind them what its nested graphs read of the values around them.
    private static IEnumerable<Value?> ReadsOf(Node node) => node.Subgraphs.Any() ? node.Inputs.Concat(CapturedValues.Of(node)) : node.Inputs;

    // Made anew for each sweep: kept, the packed weights of all layers would lie in memory together.
    private IOperator OperatorOf(Node node) => OperatorTable.Create(WithoutBias(node), _opset);

    // The objective looks at outputs before the bias, as the paper's equation 3 does; a copy of the node leaves it out.
    private Node WithoutBias(Node node)
    {
        if (_plan.LayerOf(node) is not { Bias: not null })
        {
            return node;
        }

        Node copy = new(node.OpType, [new Value(node.Inputs[0]!.Name, node.Inputs[0]!.Type), new Value(node.Inputs[1]!.Name, node.Inputs[1]!.Type) { Constant = node.Inputs[1]!.Constant }], [new Value(node.Outputs[0]!.Name)], node.Name);
        foreach ((string name, AttributeValue attribute) in node.Attributes)
        {
            copy.Attributes[name] = attribute;
        }

        return copy;
    }

    /// <summary>The tensors of one pass: of each value and sample, one of the float network and one of the quantized.</summary>
    private sealed class Sweep
    {
        private readonly LayerwiseSimulation _owner;
        private readonly ILayerVisitor _visitor;
        private readonly SearchMemory.Sweep? _known;
        private readonly CancellationToken _cancellationToken;
        private readonly Dictionary<Value, StoredTensor[]> _reference = [];
        private readonly Dictionary<Value, StoredTensor[]> _quantized = [];
        private readonly Dictionary<Value, int> _readersLeft = [];
        private readonly HashSet<TensorGroup> _carriedDone = [];

        // Of each sample: its tensors are made and let go by one thread at a time.
        private readonly BufferLease[] _leases;

        public Sweep(LayerwiseSimulation owner, ILayerVisitor visitor, SearchMemory.Sweep? known, CancellationToken cancellationToken)
        {
            _owner = owner;
            _visitor = visitor;
            _known = known;
            _cancellationToken = cancellationToken;
            _leases = [.. Enumerable.Range(0, owner._samples.Count).Select(_ => new BufferLease(owner._buffers))];
            foreach (Value input in owner._needed.SelectMany(InputsOf))
            {
                _readersLeft[input] = _readersLeft.GetValueOrDefault(input) + 1;
            }
        }

        public void ReadSamples()
        {
            List<Value> inputs = [.. _owner._graph.RequiredInputs.Where(_readersLeft.ContainsKey)];
            foreach (Value input in inputs)
            {
                _reference[input] = new StoredTensor[_owner._samples.Count];
                _quantized[input] = new StoredTensor[_owner._samples.Count];
            }

            ForEachSample(sample =>
            {
                Sample data = _owner._samples.Read(sample);
                foreach (Value input in inputs)
                {
                    StoredTensor stored = _owner._store.Put(data.Inputs[input.Name], _leases[sample]);
                    _reference[input][sample] = stored;
                    _quantized[input][sample] = stored.Share();
                }
            });
        }

        public void VisitCarriedInputs(Node node)
        {
            foreach (Value input in InputsOf(node))
            {
                if (_owner._plan.ReadsRounded(node, input) && _owner._plan.GroupOf(input)! is { Readers.Count: 0 } group && _carriedDone.Add(group)
                    && _known?.RestoreGroup(group) != true)
                {
                    _visitor.VisitCarriedGroup(group, _quantized[input], _reference[input], _cancellationToken);
                    _known?.Keep();
                }
            }
        }

        public void RunNode(Node node)
        {
            bool same = InputsOf(node).All(i => !Rounds(node, i) && Enumerable.Range(0, _owner._samples.Count).All(s => _reference[i][s] == _quantized[i][s]));
            IOperator prepared = _owner.OperatorOf(node);
            StoredTensor?[][] reference = new StoredTensor?[_owner._samples.Count][];
            StoredTensor?[][] quantized = new StoredTensor?[_owner._samples.Count][];
            ForEachSample(sample =>
            {
                reference[sample] = Compute(sample, prepared, ReadsOf(node), value => _reference[value][sample].Read());
                quantized[sample] = same
                    ? [.. reference[sample].Select(t => t?.Share())]
                    : Compute(sample, prepared, ReadsOf(node), value => ReadRounded(node, value, sample));
                ReleaseRead(node, sample);
            });
            Keep(node, _reference, reference);
            Keep(node, _quantized, quantized);
        }

        public void RunLayer(QuantizableLayer layer)
        {
            StoredTensor[] targets = ComputeTargets(layer);
            TensorGroup group = _owner._plan.GroupOf(layer.Input)!;
            if (_known?.RestoreLayer(layer) != true)
            {
                Visit(layer, group, targets);
                _known?.Keep();
            }

            if (!_readersLeft.ContainsKey(layer.Output))
            {
                Array.ForEach(targets, t => t.Release());
                ForEachSample(sample => ReleaseRead(layer.Node, sample));
                return;
            }

            StoredTensor[] quantized = new StoredTensor[targets.Length];
            QuantizedLayerOutput output = new(layer, group, _owner._scales);
            ForEachSample(sample =>
            {
                Tensor reference = targets[sample].Read();
                quantized[sample] = _owner._store.Put(output.Compute(_quantized[layer.Input][sample].Read(), reference.Shape, ContextOf(sample)), _leases[sample]);
                output.AddFloatBias(reference);
                targets[sample].Update(reference);
                ReleaseRead(layer.Node, sample);
            });
            _reference[layer.Output] = targets;
            _quantized[layer.Output] = quantized;
        }

        private void Visit(QuantizableLayer layer, TensorGroup group, StoredTensor[] targets)
        {
            LayerSegments segments = new(layer, _quantized[layer.Input], targets, _owner._workers);
            QuantizableLayer[] siblings = _visitor.WantsSiblings && group.Readers[0] == layer ? [.. group.Readers.Skip(1)] : [];
            StoredTensor[][] siblingTargets = [.. siblings.Select(ComputeTargets)];
            _visitor.VisitLayer(
                segments, [.. siblings.Select((s, i) => new LayerSegments(s, _quantized[s.Input], siblingTargets[i], _owner._workers))], _cancellationToken);
            foreach (StoredTensor[] tensors in siblingTargets)
            {
                Array.ForEach(tensors, t => t.Release());
            }
        }

        /// <summary>Counts the node as a reader that is through with its inputs.</summary>
        public void Release(Node node)
        {
            foreach (Value input in InputsOf(node).Where(i => --_readersLeft[i] == 0))
            {
                _reference.Remove(input);
                _quantized.Remove(input);
            }
        }

        public void ReleaseAll()
        {
            foreach (StoredTensor tensor in _reference.Values.Concat(_quantized.Values).SelectMany(t => t))
            {
                tensor.Release();
            }
        }

        // The last reader of a tensor lets each sample's go at once, so that inputs and outputs are not all held together.
        private void ReleaseRead(Node node, int sample)
        {
            foreach (Value input in InputsOf(node).Where(i => _readersLeft[i] == 1))
            {
                _reference[input][sample].Release();
                _quantized[input][sample].Release();
            }
        }

        private StoredTensor[] ComputeTargets(QuantizableLayer layer)
        {
            IOperator prepared = _owner.OperatorOf(layer.Node);
            IEnumerable<Value?> inputs = layer.Bias is null ? layer.Node.Inputs : layer.Node.Inputs.Take(2);
            StoredTensor[] targets = new StoredTensor[_owner._samples.Count];
            ForEachSample(sample => targets[sample] = Compute(sample, prepared, inputs, value => _reference[value][sample].Read())[0]!);
            return targets;
        }

        private StoredTensor?[] Compute(int sample, IOperator prepared, IEnumerable<Value?> inputs, Func<Value, Tensor> read)
        {
            Tensor?[] values = [.. inputs.Select(i => i is null ? null : i.Constant ?? read(i))];
            StoredTensor?[] kept = [.. prepared.Run(values, ContextOf(sample)).Select(r => r is null ? null : _owner._store.Put(r, _leases[sample]))];
            _leases[sample].ReleaseUnclaimed();
            return kept;
        }

        private OperatorContext ContextOf(int sample) => new(WorkerPool.Inline, _leases[sample], _cancellationToken);

        private void Keep(Node node, Dictionary<Value, StoredTensor[]> environment, StoredTensor?[][] outputs)
        {
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } value && _readersLeft.ContainsKey(value))
                {
                    environment[value] = [.. outputs.Select(o => o[i]!)];
                }
                else
                {
                    foreach (StoredTensor?[] output in outputs)
                    {
                        (i < output.Length ? output[i] : null)?.Release();
                    }
                }
            }
        }

        private bool Rounds(Node node, Value input) => _owner._plan.ReadsRounded(node, input);

        private Tensor ReadRounded(Node node, Value value, int sample)
        {
            Tensor tensor = _quantized[value][sample].Read();
            if (!Rounds(node, value))
            {
                return tensor;
            }

            TensorGroup group = _owner._plan.GroupOf(value)!;
            QuantizationParameters parameters = QuantizationParameters.ForActivations(group.Range, _owner._scales[group], DataType.UInt8);
            return FakeQuantizer.Apply(tensor, parameters);
        }

        private static IEnumerable<Value> InputsOf(Node node) =>
            ReadsOf(node).OfType<Value>().Where(i => i.Constant is null).Distinct();

        private void ForEachSample(Action<int> body) => _owner._workers.For(_owner._samples.Count, sample =>
        {
            _cancellationToken.ThrowIfCancellationRequested();
            body(sample);
        });
    }
}
