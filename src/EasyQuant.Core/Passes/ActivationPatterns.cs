using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>What a recognized activation computes from the value <c>v</c> in front of it.</summary>
public enum ActivationKind
{
    /// <summary><c>clamp(v, minimum, maximum)</c>; Relu is the case from 0 to infinity.</summary>
    Clamp,

    /// <summary><c>v / (1 + e^−v)</c>.</summary>
    Silu,

    /// <summary><c>v · clamp(v + 3, 0, 6) / 6</c>.</summary>
    HardSwish,
}

/// <summary>An activation directly behind the node that computes what it acts on.</summary>
/// <param name="Producer">The node in front: a convolution or a matrix product.</param>
/// <param name="Kind">What it computes.</param>
/// <param name="Minimum">The lower bound of a clamp; −∞ where there is none.</param>
/// <param name="Maximum">The upper bound of a clamp; +∞ where there is none.</param>
/// <param name="Nodes">The nodes that make the activation up, in order; the last one computes its result.</param>
public sealed record ActivationPattern(Node Producer, ActivationKind Kind, float Minimum, float Maximum, IReadOnlyList<Node> Nodes)
{
    /// <summary>The node whose output is the activation's result.</summary>
    public Node Last => Nodes[^1];
}

/// <summary>Finds the activations behind convolutions and matrix products, without changing the graph.</summary>
/// <remarks>
/// An analysis and no rewrite, because what leaves this project is standard ONNX: an integer engine or a quantizer asks it
/// which nodes to treat as one. A pattern counts only where nobody else sees the values inside it: the producer's output and
/// the intermediate results are read by the pattern alone and are no outputs of the graph.
/// <para>
/// Recognized are Relu, Clip with constant bounds; <c>x·Sigmoid(x)</c>, Swish; HardSwish, <c>x·HardSigmoid(x)</c> with
/// <c>α = 1/6, β = 1/2</c>, and <c>x·Clip(x + 3, 0, 6)/6</c> with the division (or product with 1/6) in either place.
/// </para>
/// </remarks>
public sealed class ActivationPatterns
{
    private static readonly HashSet<string> _producers = new(StringComparer.Ordinal) { "Conv", "ConvTranspose", "Gemm", "MatMul" };
    private readonly Dictionary<Node, ActivationPattern> _patterns = [];

    private ActivationPatterns(IReadOnlyList<PassRefusal> refusals) => Refusals = refusals;

    /// <summary>The patterns by the node in front of them.</summary>
    public IReadOnlyDictionary<Node, ActivationPattern> ByProducer => _patterns;

    /// <summary>Where an activation follows a producer and is not recognized, and why.</summary>
    public IReadOnlyList<PassRefusal> Refusals { get; }

    /// <summary>Looks through a model and its nested graphs.</summary>
    public static ActivationPatterns Recognize(Model model)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(int.MaxValue);
        ActivationPatterns found = new(log.Result.Refusals);
        foreach (Node producer in scope.Graphs.SelectMany(g => g.Nodes).Where(n => n.Domain.Length == 0 && _producers.Contains(n.OpType)))
        {
            if (Match(WithBias(producer, scope), model.Opset, scope, log) is { } pattern)
            {
                found._patterns.Add(producer, pattern with { Producer = producer });
            }
        }

        return found;
    }

    /// <summary>A MatMul's Add of a constant belongs to it, as the bias of a Gemm does.</summary>
    private static Node WithBias(Node producer, GraphScope scope) =>
        producer.Is("MatMul") && scope.OnlyReader(producer.Outputs[0]!) is { } add && add.Is("Add") && add.Inputs.Any(scope.IsConstant)
            ? add
            : producer;

    private static ActivationPattern? Match(Node producer, int opset, GraphScope scope, RewriteLog log)
    {
        if (producer.Outputs[0] is not { } value)
        {
            return null;
        }

        if (ActivationMatcher.Match(producer, value, opset, scope, log) is not { } pattern)
        {
            return null;
        }

        if (scope.IsOutput(value))
        {
            log.Refuse(pattern.Last, $"'{value.Name}' in front of it is an output of the graph");
            return null;
        }

        return pattern;
    }
}
