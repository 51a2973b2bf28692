using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Inspection;

/// <summary>Counts the multiply-accumulates of a layer.</summary>
internal static class MacCount
{
    /// <summary>The count, or nothing where a shape that it needs is not known.</summary>
    public static long? Of(Node node, Tensor? weight, Func<Value, Shape?> shapeOf)
    {
        Shape? input = node.InputOrDefault(0) is { } x ? shapeOf(x) : null;
        Shape? output = node.Outputs[0] is { } y ? shapeOf(y) : null;
        return node.OpType switch
        {
            // Every output element sums over one filter.
            "Conv" => output?.ElementCount * FilterLength(weight),

            // Every input element is multiplied with all filters of its channel.
            "ConvTranspose" => input?.ElementCount * FilterLength(weight),
            "Gemm" => input is { Rank: 2 } a ? output?.ElementCount * a[node.GetInt("transA", 0) != 0 ? 0 : 1] : null,
            "MatMul" => input is { Rank: > 0 } a ? output?.ElementCount * a[^1] : null,
            _ => null,
        };
    }

    private static long? FilterLength(Tensor? weight) =>
        weight is { Shape.Rank: > 0 } && weight.Shape[0] > 0 ? weight.Count / weight.Shape[0] : null;
}
