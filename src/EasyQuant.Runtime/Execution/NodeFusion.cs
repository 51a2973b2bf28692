using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>Finds nodes that the node before them can carry out itself.</summary>
internal static class NodeFusion
{
    /// <summary>The limits a node applies to its only input, where they are known beforehand.</summary>
    public static (float Low, float High)? LimitsOf(Node node, int opset, Func<Value, Tensor?> constantOf)
    {
        if (node.Is("Relu"))
        {
            return (0, float.PositiveInfinity);
        }

        if (!node.Is("Clip"))
        {
            return null;
        }

        if (opset < 11)
        {
            return (node.GetFloat("min", float.NegativeInfinity), node.GetFloat("max", float.PositiveInfinity));
        }

        return Limit(1, float.NegativeInfinity) is { } low && Limit(2, float.PositiveInfinity) is { } high ? (low, high) : null;

        float? Limit(int index, float absent) => node.InputOrDefault(index) is not { } value
            ? absent
            : constantOf(value) is { Type: DataType.Float32, Count: 1 } limit ? limit.AsSpan<float>()[0] : null;
    }

    /// <summary>The node that reads <paramref name="node"/>'s only output, where nobody else does and it is not kept.</summary>
    public static Node? SoleReader(Node node, IReadOnlySet<Value> kept)
    {
        Value? output = node.Outputs.Count == 1 ? node.Outputs[0] : null;
        return output is { Uses: [{ Index: 0 } use] } && !kept.Contains(output) ? use.Node : null;
    }
}
