using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>
/// Operators that only select, move or repeat elements, so that <c>f(Q(x)) = Q(f(x))</c> exactly: input and output can
/// share one step, and integers go through untouched.
/// </summary>
internal static class SameScaleOperators
{
    private static readonly HashSet<string> Moving =
    [
        "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Slice", "Split", "Gather", "DepthToSpace",
        "SpaceToDepth", "Expand", "Tile",
    ];

    /// <summary>Whether the node is one of them.</summary>
    public static bool Contains(Node node)
    {
        if (node.Domain.Length > 0)
        {
            return false;
        }

        return node.OpType switch
        {
            "MaxPool" => node.Outputs.Count == 1,
            "Concat" => true,
            "Pad" => PadsWithZero(node),
            "Resize" or "Upsample" => node.GetString("mode", "nearest") == "nearest",
            _ => Moving.Contains(node.OpType),
        };
    }

    /// <summary>The inputs whose elements go through: all of Concat's, the first of every other.</summary>
    public static IEnumerable<Value> DataInputs(Node node) =>
        (node.OpType == "Concat" ? node.Inputs : node.Inputs.Take(1)).OfType<Value>();

    private static bool PadsWithZero(Node node)
    {
        if (node.GetString("mode", "constant") != "constant")
        {
            return true;
        }

        return node.InputOrDefault(2) is not { } padding
            ? node.GetFloat("value", 0) == 0
            : padding.Constant is { Type: DataType.Float32, Count: 1 } constant && constant.AsSpan<float>()[0] == 0;
    }
}
