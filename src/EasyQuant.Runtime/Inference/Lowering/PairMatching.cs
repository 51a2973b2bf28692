using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Finds sums, differences and products of two quantized tensors.</summary>
/// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
internal sealed class PairMatching(Func<Value, QuantizedTensor?> integerOf)
{
    /// <summary>The step, or why there is none.</summary>
    public (NetworkStep? Step, string Reason) Match(Node node, QuantizedTensor output)
    {
        if (node.Inputs.Count != 2 || integerOf(node.Inputs[0]!) is not { } left || integerOf(node.Inputs[1]!) is not { } right)
        {
            return (null, "its operands are not both quantized");
        }

        // The operand that is spread over the positions of the other comes second.
        bool isTurned = Spreads(left, output);
        (QuantizedTensor first, QuantizedTensor second) = isTurned ? (right, left) : (left, right);
        if (first.Shape != output.Shape || (second.Shape != output.Shape && !Spreads(second, output)))
        {
            return (null, $"its operands have the extents {left.Shape} and {right.Shape}, neither equal nor one for each channel");
        }

        NetworkStep step = node.OpType switch
        {
            "Mul" => new MultiplyStep(node.Label, first, second, output),
            "Sub" when isTurned => new AddStep(node.Label, first, second, output) { LeftSign = -1 },
            "Sub" => new AddStep(node.Label, first, second, output) { RightSign = -1 },
            _ => new AddStep(node.Label, first, second, output),
        };
        bool fits = step is MultiplyStep product
            ? Rounding.Fits(255 * 255, product.Multiplier())
            : step is AddStep sum && Rounding.Fits(255, sum.LeftMultiplier()) && Rounding.Fits(255, sum.RightMultiplier());
        return fits ? (step, "") : (null, "its result could exceed 32 bits");
    }

    private static bool Spreads(QuantizedTensor tensor, QuantizedTensor output) =>
        output.Shape.Rank == 4 && tensor.Shape != output.Shape && tensor.Shape == new Shape(output.Shape[0], output.Shape[1], 1, 1);
}
