using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Values that follow from constants alone, as where an exporter quantizes and dequantizes a constant in the graph.</summary>
/// <param name="opset">The version of the standard operators.</param>
internal sealed class ConstantReading(int opset)
{
    // Of constants that are computed from each other.
    private const int MostDepth = 8;

    private readonly Dictionary<Value, Tensor?> _known = [];

    /// <summary>The value's elements; null where they depend on an input.</summary>
    public Tensor? Of(Value value) => Of(value, MostDepth);

    private Tensor? Of(Value value, int depth)
    {
        if (value.Constant is { } constant)
        {
            return constant;
        }

        if (!_known.TryGetValue(value, out Tensor? known))
        {
            _known[value] = known = Compute(value, depth);
        }

        return known;
    }

    private Tensor? Compute(Value value, int depth)
    {
        if (depth == 0 || value.Producer is not { Domain: "" } node || !IsPure(node) || node.Inputs.Any(i => i is not null && Of(i, depth - 1) is null))
        {
            return null;
        }

        Tensor?[] inputs = [.. node.Inputs.Select(i => i is null ? null : Of(i, depth - 1))];
        return PlanStep.Once(node, opset, inputs)[0];
    }

    // What exporters put between a constant and its reader, and no more: other constants were folded long ago.
    private static bool IsPure(Node node) => node.Inputs.Count > 0 && node.Outputs.Count == 1
        && node.OpType is "QuantizeLinear" or "DequantizeLinear" or "Identity" or "Reshape" or "Unsqueeze" or "Squeeze" or "Transpose" or "Cast" or "Clip";
}
