using System.Collections.Concurrent;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Operators.Normalization;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>What all plans of one graph share: its operators, each made once, and the values known before any run.</summary>
internal sealed class PreparedGraph
{
    private readonly ConcurrentDictionary<Node, Lazy<IOperator>> _operators = [];
    private readonly Dictionary<Value, Tensor> _folded = [];
    private readonly Func<string, int> _opsetOf;
    private readonly HashSet<Value> _variable;
    private readonly Func<Value, Tensor?>? _outerConstantOf;
    private readonly CopyBudget _copies;

    /// <param name="graph">The graph.</param>
    /// <param name="opsetOf">The version of each domain.</param>
    /// <param name="variable">The inputs whose constant is only a default.</param>
    /// <param name="copies">What copies of constants may take.</param>
    /// <param name="outerConstantOf">For a nested graph: what is known of the values around it.</param>
    public PreparedGraph(Graph graph, Func<string, int> opsetOf, IEnumerable<Value> variable, CopyBudget copies, Func<Value, Tensor?>? outerConstantOf = null)
    {
        Graph = graph;
        _opsetOf = opsetOf;
        _variable = [.. variable];
        _outerConstantOf = outerConstantOf;
        _copies = copies;
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>What is known of a value before any run.</summary>
    public Tensor? ConstantOf(Value value)
    {
        if (_folded.TryGetValue(value, out Tensor? folded))
        {
            return folded;
        }

        return _variable.Contains(value) ? null : value.Constant ?? _outerConstantOf?.Invoke(value);
    }

    /// <summary>Computes the nodes that read constants alone.</summary>
    /// <param name="largestBytes">The largest result that is computed and kept.</param>
    public void Fold(long largestBytes)
    {
        OperatorContext context = OperatorContext.ForConstants(largestBytes);
        foreach (Node node in Graph.Nodes)
        {
            if (node.Subgraphs.Any() || !OperatorTable.Knows(node.OpType, node.Domain) || !node.Inputs.All(i => i is null || ConstantOf(i) is not null))
            {
                continue;
            }

            if (Compute(node, context) is { } outputs && outputs.Sum(o => (long)(o?.ByteLength ?? 0)) is var bytes && bytes <= largestBytes && _copies.TryTake(bytes))
            {
                foreach ((Value? value, Tensor? tensor) in node.Outputs.Zip(outputs))
                {
                    if (value is not null && tensor is not null)
                    {
                        _folded[value] = tensor;
                    }
                }
            }
        }
    }

    // Nothing where the result would be too large to be kept.
    private Tensor?[]? Compute(Node node, OperatorContext context)
    {
        try
        {
            return new PlanStep(node, OperatorOf(node), [], [], []).Compute([.. node.Inputs.Select(i => i is null ? null : ConstantOf(i))], context);
        }
        catch (InvalidModelException error) when (error.InnerException is MemoryLimitException)
        {
            return null;
        }
    }

    /// <summary>The node's operator.</summary>
    public IOperator OperatorOf(Node node) =>
        _operators.GetOrAdd(node, n => new Lazy<IOperator>(() => OperatorTable.Create(n, _opsetOf, ConstantOf, _copies))).Value;

    /// <summary>The node's operator together with the BatchNormalization, Relu or Clip behind it that it can carry out, and those nodes.</summary>
    public (IOperator Operator, List<Node> Absorbed) FusedOperatorOf(Node node, IReadOnlySet<Value> kept)
    {
        IOperator made = OperatorOf(node);
        List<Node> absorbed = [];
        if (made is IRescalable rescalable
            && NodeFusion.SoleReader(node, kept) is { } normalization && normalization.Is("BatchNormalization")
            && OperatorOf(normalization) is BatchNormalization { Constant: var (factor, offset) }
            && rescalable.WithAffine(factor, offset) is { } rescaled)
        {
            made = rescaled;
            absorbed.Add(normalization);
        }

        if (made is IClampable clampable
            && NodeFusion.SoleReader(absorbed.LastOrDefault() ?? node, kept) is { } reader
            && NodeFusion.LimitsOf(reader, _opsetOf(""), ConstantOf) is var (low, high))
        {
            made = clampable.WithClamp(low, high);
            absorbed.Add(reader);
        }

        return (made, absorbed);
    }
}
