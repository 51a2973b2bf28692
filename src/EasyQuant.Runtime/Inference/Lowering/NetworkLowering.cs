using EasyQuant.Graphs;
using EasyQuant.Passes;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>
/// Turns a graph of QuantizeLinear and DequantizeLinear operators into integer computations: whatever is computed from
/// dequantized tensors and rounded again becomes one integer step; a convolution or product whose result is read in float
/// becomes an integer one with a float result; the rest stays in float, each node with its reason.
/// </summary>
/// <remarks>Works for one set of input extents: all shapes must follow from them.</remarks>
public sealed class NetworkLowering
{
    private readonly Graph _graph;
    private readonly int _opset;
    private readonly StepMatcher _matcher;

    // Of integer values (what QuantizeLinear and a Clip behind it compute) and of float values that are dequantized from one.
    private readonly Dictionary<Value, QuantizedTensor> _integers = [];
    private readonly Dictionary<Value, QuantizedTensor> _dequantized = [];

    // The node at which a step is computed, and the tensor it rounds to.
    private readonly Dictionary<Node, NetworkStep> _steps = [];
    private readonly Dictionary<Node, string> _reasons = [];
    private readonly HashSet<QuantizedTensor> _neededIntegers = [];
    private readonly HashSet<Value> _neededFloats = [];

    private NetworkLowering(Model model)
    {
        _graph = model.Graph;
        _opset = model.Opset;
        _matcher = new StepMatcher(_opset, v => _dequantized.GetValueOrDefault(v));
    }

    /// <summary>Lowers a model for inputs of these extents.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="inputShapes">The extents of each required input, by name; those that the model fixes may be left out, a batch that it leaves open is then 1.</param>
    /// <exception cref="InvalidModelException">Extents do not fit the model, or stay unknown.</exception>
    /// <exception cref="UnsupportedOperatorException">A node that would be computed in float is not implemented.</exception>
    public static IntegerNetwork Lower(Model model, IReadOnlyDictionary<string, Shape>? inputShapes = null)
    {
        Model copy = model.Clone();
        foreach (Value input in copy.Graph.RequiredInputs)
        {
            Shape shape = inputShapes is not null && inputShapes.TryGetValue(input.Name, out Shape given) ? given : DeclaredShape(input);
            input.Type = new TensorValueType(input.ElementType, SymbolicShape.Of(shape));
        }

        OperandCheck.Require(copy.Graph);

        // With all extents known, what exporters compute from the shape of something is constant.
        new PassPipeline(new InferShapes(), new FoldConstants((node, inputs) => Evaluate(node, inputs, copy.Opset))).Run(copy);
        NetworkLowering lowering = new(copy);
        lowering.FindSteps();
        lowering.FindNeeded();
        return new IntegerNetwork([.. copy.Graph.RequiredInputs], [.. copy.Graph.Outputs], MatrixFolding.Apply(MoveFusion.Apply([.. lowering.Emit()])));
    }

    private static Tensor?[]? Evaluate(Node node, IReadOnlyList<Tensor?> inputs, int opset) =>
        node.Domain.Length == 0 && OperatorTable.Knows(node.OpType) ? PlanStep.Once(node, opset, [.. inputs]) : null;

    private static Shape DeclaredShape(Value input)
    {
        IReadOnlyList<Dimension> dimensions = input.Shape?.Dimensions ?? throw new InvalidModelException($"Input '{input.Name}' has no declared shape; give its extents.");
        int[] extents = [.. dimensions.Select((d, i) => d.Value ?? (i == 0 ? 1 : -1))];
        return extents.Contains(-1)
            ? throw new InvalidModelException($"Input '{input.Name}' is declared as {input.Shape}; give its extents.")
            : new Shape(extents);
    }

    private void FindSteps()
    {
        foreach (Node node in _graph.Nodes)
        {
            if (node.Is("QuantizeLinear") && node.Inputs[0]!.Constant is null)
            {
                FindQuantized(node);
            }
            else if (node.Is("DequantizeLinear") && _integers.TryGetValue(node.Inputs[0]!, out QuantizedTensor? tensor) && GridReading.Matches(node, tensor))
            {
                _dequantized[node.Outputs[0]!] = tensor;
            }
            else if (_matcher.MayEndInFloat(node) && !IsRounded(node.Outputs[0]!))
            {
                (NetworkStep? step, string reason) = Fitting(_matcher.MatchFloat(node));
                Keep(node, step, reason);
            }
            else if (_matcher.MatchRealFunction(node) is { } function)
            {
                _steps[node] = function;
            }
        }
    }

    // Whether what reads the value may become one step with it: rounding, perhaps behind limits.
    private static bool IsRounded(Value value) =>
        value.Uses is [{ Index: 0 } use] && (use.Node.Is("QuantizeLinear") || ((use.Node.Is("Relu") || use.Node.Is("Clip")) && IsRounded(use.Node.Outputs[0]!)));

    private void FindQuantized(Node quantize)
    {
        if (GridReading.Quantized(quantize) is not { } tensor)
        {
            _reasons[quantize] = "its step is not one constant, its storage not 8 bits, or its extents are unknown";
            return;
        }

        Value integer = quantize.Outputs[0]!;
        if (integer.Uses is [{ Index: 0 } use] && GridReading.IntegerClip(use.Node) is { } limits)
        {
            integer = use.Node.Outputs[0]!;
            tensor = tensor with { Name = integer.Name, Minimum = limits.Minimum, Maximum = limits.Maximum };
        }

        if (_graph.Outputs.Contains(integer) || !integer.Uses.All(u => u.Node.Is("DequantizeLinear")))
        {
            _reasons[quantize] = "its integers are read as they are";
            return;
        }

        (NetworkStep? step, string reason) = Fitting(_matcher.MatchRounded(quantize.Inputs[0]!, tensor));
        _integers[integer] = step?.IntegerOutput ?? tensor;
        _steps[quantize] = step ?? new QuantizeStep(quantize.Label, quantize.Inputs[0]!, tensor);
        if (step is null && quantize.Inputs[0]!.Producer is { } producer)
        {
            Explain(producer, reason);
        }
    }

    private static (NetworkStep? Step, string Reason) Fitting((NetworkStep? Step, string Reason) match) =>
        match.Step is { } step && StepExtents.Misfit(step) is { } misfit ? (null, misfit) : match;

    private void Keep(Node node, NetworkStep? step, string reason)
    {
        if (step is not null)
        {
            _steps[node] = step;
        }
        else
        {
            Explain(node, reason);
        }
    }

    private void Explain(Node node, string reason)
    {
        _reasons.TryAdd(node, reason);
        if (_matcher.BiasedProduct(node) is { } product)
        {
            _reasons.TryAdd(product, reason);
        }
    }

    // From the outputs back: which integer tensors and which float values anybody reads.
    private void FindNeeded()
    {
        _neededFloats.UnionWith(_graph.Outputs);
        foreach (Node node in _graph.Nodes.Reverse())
        {
            if (_steps.TryGetValue(node, out NetworkStep? step))
            {
                if (step.IntegerOutput is { } output ? _neededIntegers.Contains(output) : _neededFloats.Contains(node.Outputs[0]!))
                {
                    _neededIntegers.UnionWith(step.IntegerInputs);
                    if (step is QuantizeStep quantize)
                    {
                        _neededFloats.Add(quantize.Input);
                    }
                }
            }
            else if (IsDequantized(node, out QuantizedTensor? tensor))
            {
                if (_neededFloats.Contains(node.Outputs[0]!))
                {
                    _neededIntegers.Add(tensor!);
                }
            }
            else if (!IsIntegerClip(node) && node.Outputs.Any(o => o is not null && _neededFloats.Contains(o)))
            {
                _neededFloats.UnionWith(node.Inputs.OfType<Value>().Where(i => i.Constant is null));
            }
        }
    }

    private IEnumerable<NetworkStep> Emit()
    {
        foreach (Node node in _graph.Nodes)
        {
            if (_steps.TryGetValue(node, out NetworkStep? step))
            {
                if (step.IntegerOutput is { } output ? _neededIntegers.Contains(output) : _neededFloats.Contains(node.Outputs[0]!))
                {
                    yield return step;
                }
            }
            else if (IsDequantized(node, out QuantizedTensor? tensor))
            {
                if (_neededFloats.Contains(node.Outputs[0]!))
                {
                    yield return new DequantizeStep(node.Label, tensor!, tensor!.Reals(), node.Outputs[0]!);
                }
            }
            else if (!IsIntegerClip(node) && node.Outputs.Any(o => o is not null && _neededFloats.Contains(o)))
            {
                if (node.Subgraphs.Any())
                {
                    throw new UnsupportedOperatorException(node, _opset, "it holds nested graphs, which the integer engine does not run; use the float engine");
                }

                yield return new FloatStep(node.Label, node, OperatorTable.Create(node, _opset), _reasons.GetValueOrDefault(node) ?? (FloatReasons.KindOf(node) is null ? "nothing rounds its result" : FloatReasons.Of(node)));
            }
        }
    }

    private bool IsDequantized(Node node, out QuantizedTensor? tensor)
    {
        tensor = null;
        return node.Is("DequantizeLinear") && _dequantized.TryGetValue(node.Outputs[0]!, out tensor);
    }

    private bool IsIntegerClip(Node node) => node.Is("Clip") && _integers.ContainsKey(node.Outputs[0]!);
}
