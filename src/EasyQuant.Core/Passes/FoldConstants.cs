using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Replaces what depends on no input by the constants it computes.</summary>
/// <remarks>
/// Constant nodes become initializers, Shape and Size of static shapes become their numbers, and every other node whose
/// inputs are all constant is computed by the evaluator, where there is one. Left alone are random operators,
/// QuantizeLinear and DequantizeLinear (a folded pair would turn the integers of a quantized model back into floats), nodes
/// with nested graphs, and results larger than <see cref="MaximumBytes"/>, which would only make the file grow.
/// </remarks>
public sealed class FoldConstants : IGraphPass
{
    private static readonly HashSet<string> _keptOperators = new(StringComparer.Ordinal)
    {
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout",
        "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
    };

    private readonly ConstantEvaluator? _evaluator;

    /// <summary>A pass that computes with this evaluator; without one only Constant, Shape and Size are folded.</summary>
    public FoldConstants(ConstantEvaluator? evaluator = null) => _evaluator = evaluator;

    /// <inheritdoc/>
    public string Name => nameof(FoldConstants);

    /// <summary>The largest result, in bytes, that is kept as a constant; 16 MiB unless told otherwise.</summary>
    public long MaximumBytes { get; init; } = 16 << 20;

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        foreach (Graph graph in scope.Graphs)
        {
            foreach (Node node in graph.Nodes.ToArray())
            {
                if (!log.IsFull && Fold(node, scope, log) is { } results)
                {
                    log.Rewrote($"computed {node.Label}");
                    MakeConstant(graph, node, results);
                }
            }
        }

        return log.Result;
    }

    private IReadOnlyList<Tensor?>? Fold(Node node, GraphScope scope, RewriteLog log)
    {
        if (node.Domain.Length == 0)
        {
            switch (node.OpType)
            {
                case "Constant":
                    return ConstantOf(node) is { } constant ? [constant] : Refuse(node, log, "its attribute is no dense tensor, number or text");
                case "Shape":
                    return ShapeOf(node) is { } shape ? [shape] : null;
                case "Size":
                    return node.InputOrDefault(0)?.Shape?.ToStatic() is { } sized ? [Tensor.FromScalar(sized.ElementCount)] : null;
            }
        }

        if (_evaluator is null || _keptOperators.Contains(node.OpType) || node.Subgraphs.Any()
            || !node.Inputs.All(i => i is null || scope.IsConstant(i)))
        {
            return null;
        }

        long declared = node.Outputs.Sum(o => o?.Shape?.ToStatic() is { } s && o.ElementType is not DataType.Undefined and var t ? t.ByteLength(s.ElementCount) : 0);
        if (declared > MaximumBytes)
        {
            return Refuse(node, log, $"its result takes {declared} bytes; at most {MaximumBytes} are kept as a constant");
        }

        if (_evaluator(node, [.. node.Inputs.Select(i => i?.Constant)]) is not { } results)
        {
            return Refuse(node, log, "all its inputs are constant, but the evaluator does not compute it");
        }

        if (results.Any(r => r?.Type == DataType.Undefined))
        {
            return Refuse(node, log, "its result is a sequence or an optional, which no constant can be");
        }

        long bytes = results.Sum(r => (long)(r?.ByteLength ?? 0));
        return bytes <= MaximumBytes ? results : Refuse(node, log, $"its result takes {bytes} bytes; at most {MaximumBytes} are kept as a constant");
    }

    private static void MakeConstant(Graph graph, Node node, IReadOnlyList<Tensor?> results)
    {
        Value?[] outputs = [.. node.Outputs];
        string label = node.Label;
        graph.Remove(node);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { } value)
            {
                value.Constant = (i < results.Count ? results[i] : null)
                    ?? throw new InvalidOperationException($"{label}: the evaluator gave no tensor for output '{value.Name}'.");
                value.Type = new TensorValueType(value.Constant.Type, SymbolicShape.Of(value.Constant.Shape));
                graph.Initializers.Add(value);
            }
        }
    }

    /// <summary>What a Constant node holds; nothing where it is no dense tensor.</summary>
    internal static Tensor? ConstantOf(Node node) => node.Attributes.Values.FirstOrDefault() switch
    {
        TensorAttribute tensor => tensor.Value,
        IntAttribute number => Tensor.FromScalar(number.Value),
        FloatAttribute number => Tensor.FromScalar(number.Value),
        StringAttribute text => Tensor.FromStrings([text.Value], Shape.Scalar),
        IntsAttribute list => Tensor.From<long>([.. list.Values], [list.Values.Count]),
        FloatsAttribute list => Tensor.From<float>([.. list.Values], [list.Values.Count]),
        StringsAttribute list => Tensor.FromStrings([.. list.Values], [list.Values.Count]),
        _ => null,
    };

    private static Tensor? ShapeOf(Node node)
    {
        if (node.InputOrDefault(0)?.Shape is not { } shape)
        {
            return null;
        }

        Dimension[] selected = [.. shape.Dimensions.Take(SelectedDimensions(node, shape.Rank))];
        return selected.All(d => d.Value is not null)
            ? Tensor.From(Array.ConvertAll(selected, d => (long)d.Value!.Value), [selected.Length])
            : null;
    }

    /// <summary>The dimensions that a Shape node asks for.</summary>
    internal static Range SelectedDimensions(Node node, int rank)
    {
        int start = ClampAxis(node.GetInt("start", 0), rank);
        int end = ClampAxis(node.GetInt("end", rank), rank);
        return start..Math.Max(start, end);
    }

    private static int ClampAxis(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);

    private static IReadOnlyList<Tensor?>? Refuse(Node node, RewriteLog log, string reason)
    {
        log.Refuse(node, reason);
        return null;
    }
}
