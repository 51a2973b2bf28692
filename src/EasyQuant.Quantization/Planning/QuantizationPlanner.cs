using EasyQuant.Graphs;

namespace EasyQuant.Quantization.Planning;

/// <summary>Decides what of a prepared graph is quantized.</summary>
/// <remarks>
/// <para>A layer is quantized where its weights are constant. Then these tensors get a step:</para>
/// <list type="number">
/// <item>the input of every quantized layer, at the wished bits;</item>
/// <item>the result of every quantized layer, after a Relu or Clip that the quantizer absorbs, at 8 bits unless it is also
/// a layer's input: without integers at its output a runtime computes a convolution in float. Results that only reach
/// graph outputs stay in float;</item>
/// <item>both factors of a product of two computed tensors, at 8 bits;</item>
/// <item>the result of a MatMul only where activations make of it what the next layer reads: see <see cref="ProductResults"/>;</item>
/// <item>what <see cref="JoinedTensors"/> finds between them, at 8 bits;</item>
/// <item>whatever operators that only move elements make of such tensors, with the same step.</item>
/// </list>
/// <para>Concat joins an input to its output's group where nothing else reads that input; an input with readers of its
/// own keeps its own step and is requantized.</para>
/// </remarks>
public sealed class QuantizationPlanner
{
    private const int CarriedBits = 8;

    private readonly Graph _graph;
    private readonly QuantizationOptions _options;
    private readonly Dictionary<Value, Value> _parent = [];
    private readonly NonNegativeTensors _nonNegative;
    private readonly ResultOnlyTensors _resultsOnly;

    private QuantizationPlanner(Graph graph, QuantizationOptions options, IReadOnlyCollection<Value> nonNegativeInputs)
    {
        _graph = graph;
        _options = options;
        _nonNegative = new NonNegativeTensors(graph, nonNegativeInputs);
        _resultsOnly = new ResultOnlyTensors(graph);
    }

    /// <summary>The plan for this graph under these options.</summary>
    /// <param name="graph">The prepared graph.</param>
    /// <param name="options">Bits and exclusions.</param>
    /// <param name="nonNegativeInputs">Graph inputs that no sample made negative, taken as never negative.</param>
    /// <exception cref="InvalidModelException">Nothing in the graph can be quantized, or a weight is not a finite number.</exception>
    public static QuantizationPlan Plan(Graph graph, QuantizationOptions options, IReadOnlyCollection<Value> nonNegativeInputs)
    {
        QuantizationPlan plan = new QuantizationPlanner(graph, options, nonNegativeInputs).Run();
        return plan with
        {
            Warnings = [.. plan.Warnings, .. nonNegativeInputs.Select(i => $"Input '{i.Name}' was never negative in the samples; values below 0 will be taken as 0.")],
        };
    }

    private QuantizationPlan Run()
    {
        (List<QuantizableLayer> layers, List<Node> products, List<FloatNode> floatNodes) = FindLayers();
        if (layers.Count == 0)
        {
            string found = floatNodes.Count == 0
                ? "it has no Conv, Gemm or MatMul"
                : $"of {floatNodes.Count} candidates the first is {floatNodes[0].Node}: {floatNodes[0].Reason}";
            throw new InvalidModelException($"Graph '{_graph.Name}' has nothing to quantize: {found}.");
        }

        foreach (QuantizableLayer layer in layers)
        {
            AddTensor(layer.Input);
        }

        foreach (Value factor in products.SelectMany(p => p.Inputs).OfType<Value>())
        {
            AddTensor(factor);
        }

        foreach (Value result in layers.Where(l => l.Kind != LayerKind.MatMul).Select(ResultOf).Where(r => !_resultsOnly.Contains(r)))
        {
            AddTensor(result);
        }

        JoinThroughMovingOperators();
        foreach (Value result in layers.Where(l => l.Kind == LayerKind.MatMul).Select(ProductResults.WithBias).Where(r => ProductResults.EndsInRounding(r, _parent.ContainsKey)).ToArray())
        {
            AddTensor(RoundedResult.Of(result));
        }

        foreach (Value joined in JoinedTensors.Find(_graph, _parent.ContainsKey).Where(j => !_resultsOnly.Contains(j)).ToArray())
        {
            AddTensor(joined);
        }

        JoinThroughMovingOperators();
        return new QuantizationPlan(layers, MakeGroups(layers), floatNodes, DescribeDeadChannels(layers)) { Products = products };
    }

    private (List<QuantizableLayer> Layers, List<Node> Products, List<FloatNode> FloatNodes) FindLayers()
    {
        List<QuantizableLayer> layers = [];
        List<Node> products = [];
        List<FloatNode> floatNodes = [];
        foreach (Node node in _graph.Nodes.Where(LayerRecognition.IsCandidate))
        {
            string name = node.Name.Length > 0 ? node.Name : node.Outputs[0]!.Name;
            if (_options.Exclude.FirstOrDefault(e => e.IsMatch(name)) is { } pattern)
            {
                floatNodes.Add(new FloatNode(node.Label, $"excluded by '{pattern}'"));
                continue;
            }

            if (_options.OverrideOf(name) is { Float: true } wish)
            {
                floatNodes.Add(new FloatNode(node.Label, $"kept in float by '{wish.Pattern}'"));
                continue;
            }

            if (ComputedProducts.Contains(node))
            {
                products.Add(node);
                continue;
            }

            (QuantizableLayer? layer, string? reason) = LayerRecognition.Recognize(node);
            if (layer is not null)
            {
                layers.Add(layer);
            }
            else
            {
                floatNodes.Add(new FloatNode(node.Label, reason!));
            }
        }

        return (layers, products, floatNodes);
    }

    // The tensor that a layer hands on: its output, or what a Relu or Clip at zero alone makes of it.
    private Value ResultOf(QuantizableLayer layer)
    {
        Value output = layer.Output;
        return _graph.Outputs.Contains(output) ? output : RoundedResult.Of(output);
    }

    // Steps are carried both ways along chains of movers, so the sweeps go both ways: a chain of any length takes two.
    private void JoinThroughMovingOperators()
    {
        Node[] movers = [.. _graph.Nodes.Where(SameScaleOperators.Contains)];
        bool changed;
        do
        {
            changed = Sweep(movers);
            changed |= Sweep(movers.Reverse());
        }
        while (changed);
    }

    private bool Sweep(IEnumerable<Node> movers)
    {
        bool changed = false;
        foreach (Node node in movers)
        {
            Value[] inputs = [.. SameScaleOperators.DataInputs(node).Where(i => i.Constant is null && MayJoin(node, i))];
            foreach (Value input in inputs)
            {
                foreach (Value output in node.Outputs.OfType<Value>())
                {
                    changed |= Join(input, output);
                }
            }
        }

        return changed;
    }

    private bool MayJoin(Node node, Value input) =>
        (node.OpType != "Concat" || input.Uses.All(u => u.Node == node)) && !node.Outputs.All(o => o is null || (_resultsOnly.Contains(o) && !_parent.ContainsKey(o)));

    private bool Join(Value input, Value output)
    {
        if (!_parent.ContainsKey(input) && !_parent.ContainsKey(output))
        {
            return false;
        }

        AddTensor(input);
        AddTensor(output);
        (Value a, Value b) = (RootOf(input), RootOf(output));
        if (a == b)
        {
            return false;
        }

        _parent[b] = a;
        return true;
    }

    private void AddTensor(Value value) => _parent.TryAdd(value, value);

    private Value RootOf(Value value)
    {
        while (_parent[value] is var parent && parent != value)
        {
            // Halves the path, so that long chains are not walked again and again.
            value = _parent[value] = _parent[parent];
        }

        return value;
    }

    private List<TensorGroup> MakeGroups(List<QuantizableLayer> layers)
    {
        List<TensorGroup> groups = [];
        foreach (IGrouping<Value, Value> members in _graph.AllValues().Where(_parent.ContainsKey).GroupBy(RootOf))
        {
            HashSet<Value> set = [.. members];
            Value[] sources = [.. members.Where(m => !IsMovedWithin(set, m))];
            Value? searched = layers.FirstOrDefault(l => set.Contains(l.Input))?.Input;
            bool signed = !sources.All(_nonNegative.Contains);
            QuantizableLayer[] readers = [.. layers.Where(l => l.Input == searched)];
            IntegerRange range = new(readers.Length == 0 ? CarriedBits : readers.Max(r => _options.ActivationBitsOf(r.Name)), signed);
            float[] bounds = [.. sources.Select(s => s.Producer is { } p && ClipBounds.Of(p) is { Lower: 0 } b ? b.Upper : float.PositiveInfinity)];
            groups.Add(new TensorGroup(
                groups.Count, [.. members], sources, readers, range,
                bounds.Any(float.IsPositiveInfinity) ? float.PositiveInfinity : bounds.Min()));
        }

        return groups;
    }

    private static bool IsMovedWithin(HashSet<Value> members, Value value) =>
        value.Producer is { } node && SameScaleOperators.Contains(node) && SameScaleOperators.DataInputs(node).All(members.Contains);

    private static List<string> DescribeDeadChannels(List<QuantizableLayer> layers)
    {
        List<string> warnings = [];
        foreach (QuantizableLayer layer in layers)
        {
            int dead = Enumerable.Range(0, layer.Channels).Count(c => !layer.Row(c).ContainsAnyExcept(0f));
            if (dead > 0)
            {
                warnings.Add($"{layer.Node.Label}: {dead} of {layer.Channels} output channels have no weight other than zero; they stay zero.");
            }
        }

        return warnings;
    }
}
