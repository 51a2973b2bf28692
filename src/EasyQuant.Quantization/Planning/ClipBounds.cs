using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>The constant bounds of a Relu or Clip: <c>y = min(max(x, Lower), Upper)</c>.</summary>
internal readonly record struct ClipBounds(float Lower, float Upper)
{
    /// <summary>The bounds, or nothing where the node is another operator or its bounds are not constants.</summary>
    public static ClipBounds? Of(Node node)
    {
        if (node.Is("Relu"))
        {
            return new ClipBounds(0, float.PositiveInfinity);
        }

        if (!node.Is("Clip"))
        {
            return null;
        }

        float? lower = Bound(node, 1, "min", float.NegativeInfinity);
        float? upper = Bound(node, 2, "max", float.PositiveInfinity);
        return lower is { } l && upper is { } u ? new ClipBounds(l, u) : null;
    }

    // Opset 11 turned the attributes into inputs.
    private static float? Bound(Node node, int input, string attribute, float absent)
    {
        if (node.InputOrDefault(input) is not { } value)
        {
            return node.GetFloat(attribute, absent);
        }

        return value.Constant is { Type: DataType.Float32, Count: 1 } constant ? constant.AsSpan<float>()[0] : null;
    }
}
