using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Makes one LayerNormalization of the eight or nine nodes that exporters write it in.</summary>
/// <remarks>
/// <c>d = x − mean(x)</c>, <c>y = d / √(mean(d²) + ε) · γ + β</c> over the last axis: ReduceMean, Sub (once or twice), Pow by 2 or Mul, ReduceMean, Add,
/// Sqrt, Div, Mul, Add. The operator came with set <see cref="Opset"/>; whoever writes the model must declare that.
/// </remarks>
public sealed class FuseLayerNormalization : IGraphPass
{
    /// <summary>The first standard operator set with LayerNormalization.</summary>
    public const int Opset = 17;

    /// <inheritdoc/>
    public string Name => nameof(FuseLayerNormalization);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        foreach (Graph graph in scope.Graphs)
        {
            foreach (Node division in graph.Nodes.Where(n => n.Is("Div")).ToArray())
            {
                if (!log.IsFull && Match(division, scope) is { } pattern)
                {
                    TryFuse(graph, division, pattern, scope, log);
                }
            }
        }

        return log.Result;
    }

    // Upwards from d / √(mean(d²) + ε).
    private static Pattern? Match(Node division, GraphScope scope)
    {
        if (division.InputOrDefault(0)?.Producer is not { } centred || !centred.Is("Sub") || division.InputOrDefault(1)?.Producer is not { } root || !root.Is("Sqrt")
            || root.Inputs[0]?.Producer is not { } sum || !sum.Is("Add") || centred.InputOrDefault(0) is not { } input)
        {
            return null;
        }

        int constant = sum.Inputs.ToList().FindIndex(scope.IsConstant);
        if (constant < 0 || sum.Inputs[constant]!.Constant is not { Type: DataType.Float32, Count: 1 } epsilon
            || sum.Inputs[1 - constant]?.Producer is not { } variance || SquareOf(variance, scope) is not { } square)
        {
            return null;
        }

        Node? squared = square.Inputs[0]?.Producer;
        if (squared is null || !squared.Is("Sub") || squared.InputOrDefault(0) != input
            || centred.InputOrDefault(1)?.Producer is not { } mean || !IsMeanOfLastAxis(mean, scope) || mean.Inputs[0] != input
            || squared.InputOrDefault(1)?.Producer is not { } second || !IsMeanOfLastAxis(second, scope) || second.Inputs[0] != input)
        {
            return null;
        }

        return new Pattern(input, epsilon.AsSpan<float>()[0], [.. new[] { mean, second, centred, squared, square, variance, sum, root, division }.Distinct()]);
    }

    private static Node? SquareOf(Node variance, GraphScope scope)
    {
        if (!IsMeanOfLastAxis(variance, scope) || variance.Inputs[0]?.Producer is not { } square)
        {
            return null;
        }

        bool isPower = square.Is("Pow") && scope.IsConstant(square.Inputs[1]) && square.Inputs[1]!.Constant is { Type: DataType.Float32, Count: 1 } exponent && exponent.AsSpan<float>()[0] == 2;
        return isPower || (square.Is("Mul") && square.Inputs[0] == square.Inputs[1]) ? square : null;
    }

    // Operator set 18 turned the axes into an input.
    private static bool IsMeanOfLastAxis(Node node, GraphScope scope)
    {
        if (!node.Is("ReduceMean") || node.GetInt("keepdims", 1) == 0 || node.InputOrDefault(0) is not { } input)
        {
            return false;
        }

        IReadOnlyList<long>? axes = node.GetInts("axes");
        if (node.InputOrDefault(1) is { } given && scope.IsConstant(given) && given.Constant is { Type: DataType.Int64 } constant)
        {
            axes = constant.AsSpan<long>().ToArray();
        }

        return axes is [var axis] && (axis == -1 || axis + 1 == input.Shape?.Rank);
    }

    private static bool TryFuse(Graph graph, Node division, Pattern pattern, GraphScope scope, RewriteLog log)
    {
        Node? scaling = scope.OnlyReader(division.Outputs[0]!);
        if (scaling is null || !scaling.Is("Mul") || Parameter(scaling, division.Outputs[0]!, scope) is not { } gamma)
        {
            return log.Refuse(division, "what normalizes over the last axis here is not multiplied with a constant vector");
        }

        if (pattern.Input.Shape is not { Rank: > 0 } shape || shape.Dimensions[^1].Value != gamma.Constant!.Count)
        {
            return log.Refuse(division, $"'{gamma.Name}' has {gamma.Constant!.Count} elements, which are not known to be those of the last axis of '{pattern.Input.Name}'");
        }

        Node? shifting = scope.OnlyReader(scaling.Outputs[0]!) is { } add && add.Is("Add") ? add : null;
        Value? beta = shifting is null ? null : Parameter(shifting, scaling.Outputs[0]!, scope);
        if (beta is null || beta.Constant!.Count != gamma.Constant.Count)
        {
            (shifting, beta) = (null, null);
        }

        Node last = shifting ?? scaling;
        HashSet<Node> inside = [.. pattern.Nodes, scaling, last];
        if (inside.Where(n => n != last).FirstOrDefault(n => scope.IsOutput(n.Outputs[0]!) || n.Outputs[0]!.Uses.Any(u => !inside.Contains(u.Node))) is { } seen)
        {
            return log.Refuse(division, $"'{seen.Outputs[0]!.Name}', in the middle of a layer normalization, has other readers");
        }

        if (inside.Any(n => !graph.Nodes.Contains(n)))
        {
            return log.Refuse(division, "a part of the layer normalization lies in a graph around it");
        }

        Value result = last.Outputs[0]!;
        Value[] parameters = [.. new[] { gamma, beta }.OfType<Value>().Select(p => AsVector(graph, p))];
        Node fused = new("LayerNormalization", [pattern.Input, .. parameters], [new Value(graph.UniqueName($"{result.Name}_normalized"))], division.Name);
        fused.Attributes["axis"] = new IntAttribute(-1);
        fused.Attributes["epsilon"] = new FloatAttribute(pattern.Epsilon);
        graph.InsertAfter(last, fused);
        foreach (Node node in graph.Nodes.Where(inside.Contains).Reverse().ToArray())
        {
            graph.Remove(node);
        }

        fused.SetOutput(0, result);
        log.Rewrote($"layer normalization of '{pattern.Input.Name}' into one node");
        return true;
    }

    // The constant factor or summand, of which only the last extent is not 1.
    private static Value? Parameter(Node node, Value normalized, GraphScope scope) =>
        node.Inputs.FirstOrDefault(i => i != normalized) is { } value && scope.IsConstant(value) && value.Constant is { Type: DataType.Float32, Shape.Rank: > 0 } constant && constant.Shape[^1] == constant.Count
            ? value
            : null;

    private static Value AsVector(Graph graph, Value parameter) =>
        parameter.Constant!.Shape.Rank == 1 ? parameter : graph.AddConstant(graph.UniqueName(parameter.Name), parameter.Constant.Reshape([parameter.Constant.Count]));

    private sealed record Pattern(Value Input, float Epsilon, IReadOnlyList<Node> Nodes);
}
