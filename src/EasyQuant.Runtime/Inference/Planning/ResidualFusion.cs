using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Planning;

/// <summary>A convolution and the addition that alone reads its result: the sum is stored where the result would have been rounded.</summary>
/// <param name="Convolution">What is computed first; its result is never stored.</param>
/// <param name="Add">What is stored.</param>
internal sealed record ConvolutionAddStep(ConvolutionStep Convolution, AddStep Add) : NetworkStep(Add.Label)
{
    /// <summary>What is added to the convolution's result.</summary>
    public QuantizedTensor Addend => Add.Left == Convolution.Output ? Add.Right : Add.Left;

    /// <inheritdoc/>
    public override IEnumerable<QuantizedTensor> IntegerInputs => [Convolution.Input, Addend];

    /// <inheritdoc/>
    public override QuantizedTensor? IntegerOutput => Add.Output;
}

/// <summary>Joins additions with the convolutions in front of them.</summary>
internal static class ResidualFusion
{
    /// <summary>The same computations; a convolution is joined where its result has no other reader and the other summand comes first.</summary>
    /// <param name="steps">Computations in order.</param>
    /// <param name="canAdd">Whether the kernels of a convolution can add.</param>
    public static List<NetworkStep> Join(IReadOnlyList<NetworkStep> steps, Func<ConvolutionStep, bool> canAdd)
    {
        Dictionary<QuantizedTensor, int> producers = steps.Index().Where(s => s.Item.IntegerOutput is not null).ToDictionary(s => s.Item.IntegerOutput!, s => s.Index);
        ILookup<QuantizedTensor, NetworkStep> readers = steps.SelectMany(s => s.IntegerInputs.Select(input => (input, s))).ToLookup(p => p.input, p => p.s);
        List<NetworkStep?> joined = [.. steps];
        foreach ((int index, AddStep add) in steps.Index().Where(s => s.Item is AddStep).Select(s => (s.Index, (AddStep)s.Item)))
        {
            (QuantizedTensor first, QuantizedTensor last) = producers[add.Left] < producers[add.Right] ? (add.Left, add.Right) : (add.Right, add.Left);
            if (first != last && first.Shape.Equals(last.Shape) && steps[producers[last]] is ConvolutionStep convolution && readers[last].Count() == 1 && canAdd(convolution))
            {
                joined[producers[last]] = new ConvolutionAddStep(convolution, add);
                joined[index] = null;
            }
        }

        return [.. joined.OfType<NetworkStep>()];
    }
}
