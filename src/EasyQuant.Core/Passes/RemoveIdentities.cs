using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Takes out nodes whose output is their input: <c>y = x</c>.</summary>
/// <remarks>
/// These are Identity; Dropout at inference; Cast to the type the input has; Transpose that keeps the order; Concat of one
/// input; Flatten of a matrix at axis 1; Reshape to the shape the input has. A Reshape is proved from the input's shape and
/// the constant it reshapes to: every entry is 0 (copied), the input's own extent, or the only −1.
/// </remarks>
public sealed class RemoveIdentities : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(RemoveIdentities);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        foreach (Graph graph in scope.Graphs)
        {
            foreach (Node node in graph.Nodes.ToArray())
            {
                if (!log.IsFull && IsIdentity(node, model.Opset, scope, log))
                {
                    TryRemove(graph, node, scope, log);
                }
            }
        }

        return log.Result;
    }

    private static bool IsIdentity(Node node, int opset, GraphScope scope, RewriteLog log)
    {
        if (node.Domain.Length > 0 || node.InputOrDefault(0) is not { } input || node.Outputs is not [not null, ..])
        {
            return false;
        }

        return node.OpType switch
        {
            "Identity" => true,
            "Dropout" => IsInferenceDropout(node, opset, scope, log),
            "Cast" => input.ElementType != DataType.Undefined && (long)input.ElementType == node.GetInt("to", 0),
            "Transpose" => KeepsOrder(node, input),
            "Concat" => node.Inputs.Count == 1,
            "Flatten" => input.Shape is { Rank: 2 } && node.GetInt("axis", 1) is 1 or -1,
            "Reshape" => KeepsShape(node, input, scope),
            _ => false,
        };
    }

    private static bool IsInferenceDropout(Node node, int opset, GraphScope scope, RewriteLog log)
    {
        if (node.Outputs.Count > 1 && node.Outputs[1] is { } mask && (mask.Uses.Count > 0 || scope.IsOutput(mask)))
        {
            return log.Refuse(node, $"its mask '{mask.Name}' is read");
        }

        if (opset < 12 || node.InputOrDefault(2) is not { } training)
        {
            return true;
        }

        bool isOff = scope.IsConstant(training) && training.Constant is { Type: DataType.Bool, Count: 1 } flag && flag.AsSpan<byte>()[0] == 0;
        return isOff || log.Refuse(node, "it is in training mode, or whether it is depends on an input");
    }

    private static bool KeepsOrder(Node node, Value input) =>
        node.GetInts("perm") is { } order
            ? order.Select((axis, i) => axis == i).All(same => same)
            : input.Shape is { Rank: <= 1 };

    private static bool KeepsShape(Node node, Value input, GraphScope scope)
    {
        Value? target = node.InputOrDefault(1);
        if (!scope.IsConstant(target) || target!.Constant is not { Type: DataType.Int64 } tensor || input.Shape is not { } shape || tensor.Count != shape.Rank)
        {
            return false;
        }

        ReadOnlySpan<long> extents = tensor.AsSpan<long>();
        bool zeroMeansCopy = node.GetInt("allowzero", 0) == 0;
        bool inferred = false;
        for (int i = 0; i < extents.Length; i++)
        {
            bool copied = extents[i] == 0 && zeroMeansCopy;
            bool same = copied || extents[i] == shape.Dimensions[i].Value;
            if (extents[i] == -1 && !inferred)
            {
                inferred = same = true;
            }

            if (!same)
            {
                return false;
            }
        }

        // With an extent of zero somewhere −1 would stand for anything.
        return !inferred || extents.ToArray().Where(e => e != -1).All(e => e != 0) || shape.Dimensions.All(d => d.Value > 0);
    }

    private static bool TryRemove(Graph graph, Node node, GraphScope scope, RewriteLog log)
    {
        Value input = node.Inputs[0]!;
        Value output = node.Outputs[0]!;
        string label = node.Label;
        if (!scope.IsOutput(output))
        {
            output.ReplaceAllUsesWith(input);
            graph.Remove(node);
            log.Rewrote($"removed {label}");
            return true;
        }

        // The output's name is a promise to the caller, so the node in front takes over computing it.
        if (input.Producer is not { } producer || !graph.Nodes.Contains(producer))
        {
            return log.Refuse(node, $"it is what makes '{input.Name}' the output '{output.Name}'");
        }

        if (scope.IsOutput(input))
        {
            return log.Refuse(node, $"both '{input.Name}' and '{output.Name}' are outputs");
        }

        graph.Remove(node);
        output.Type ??= input.Type;
        producer.SetOutput(producer.Outputs.ToList().IndexOf(input), output);
        input.ReplaceAllUsesWith(output);
        log.Rewrote($"removed {label}");
        return true;
    }
}
