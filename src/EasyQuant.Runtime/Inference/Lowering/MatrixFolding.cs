using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>
/// Takes tensors of four axes that only products of two tensors and moves read for matrices, not images: their rows then lie as
/// the products read them, not with the maps side by side.
/// </summary>
internal static class MatrixFolding
{
    /// <summary>The same steps, where tensors that may are of three axes: the first two as one.</summary>
    public static IReadOnlyList<NetworkStep> Apply(IReadOnlyList<NetworkStep> steps)
    {
        HashSet<QuantizedTensor> factors = [.. steps.OfType<ProductStep>().SelectMany(s => s.IntegerInputs.Append(s.Output)).OfType<QuantizedTensor>().Where(t => t.Shape.Rank == 4)];
        if (factors.Count == 0)
        {
            return steps;
        }

        foreach (NetworkStep step in steps.Where(s => s is not (QuantizeStep or MoveStep or ProductStep or DequantizeStep)))
        {
            factors.ExceptWith(step.IntegerInputs.Append(step.IntegerOutput).OfType<QuantizedTensor>());
        }

        return [.. steps.Select(s => Fold(s, t => factors.Contains(t) ? Folded(t) : t))];
    }

    private static QuantizedTensor Folded(QuantizedTensor tensor) =>
        tensor with { Shape = new Shape(tensor.Shape[0] * tensor.Shape[1], tensor.Shape[2], tensor.Shape[3]) };

    private static NetworkStep Fold(NetworkStep step, Func<QuantizedTensor, QuantizedTensor> fold) => step switch
    {
        QuantizeStep s => s with { Output = fold(s.Output) },
        DequantizeStep s => s with { Input = fold(s.Input) },
        MoveStep s => s with { Input = fold(s.Input), Output = fold(s.Output) },
        ProductStep s => s with { Left = fold(s.Left), Right = fold(s.Right), Output = s.Output is null ? null : fold(s.Output) },
        _ => step,
    };
}
