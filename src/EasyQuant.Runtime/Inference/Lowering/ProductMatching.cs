using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Finds matrix products of two quantized tensors, as in attention.</summary>
/// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
internal sealed class ProductMatching(Func<Value, QuantizedTensor?> integerOf)
{
    /// <summary>Whether the node is a product of two tensors that are computed.</summary>
    public bool IsProduct(Node node) => node.Is("MatMul") && integerOf(node.Inputs[1]!) is not null;

    /// <summary>The step, with an integer result or a float one, or why there is none.</summary>
    public (NetworkStep? Step, string Reason) Match(Node node, QuantizedTensor? output, Value? floatOutput)
    {
        if (integerOf(node.Inputs[0]!) is not { } left || integerOf(node.Inputs[1]!) is not { } right)
        {
            return (null, "its factors are not both quantized");
        }

        (Shape a, Shape b) = (left.Shape, right.Shape);
        if (a.Rank < 2 || a.Rank != b.Rank || !a.Dimensions[..^2].SequenceEqual(b.Dimensions[..^2]) || a[^1] != b[^2] || a.ElementCount == 0 || b.ElementCount == 0)
        {
            return (null, $"its factors have the extents {a} and {b}, which are not as many matrices each");
        }

        ProductStep step = new(node.Label, left, right, output, floatOutput);
        double most = 255.0 * 255 * step.Depth;
        return most < int.MaxValue && (output is null || most * step.Multiplier() < int.MaxValue)
            ? (step, "")
            : (null, "its sums, or what becomes of them, could exceed 32 bits");
    }
}
