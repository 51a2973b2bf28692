using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>An operator that moves elements without looking at them, written once for each width.</summary>
/// <remarks>Text and elements narrower than a byte are moved by their numbers (<see cref="NumberedElements"/>).</remarks>
internal abstract class WordOperator : IOperator
{
    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor moved = inputs.Required(MovedInput);
        return moved.Type.BitWidth() switch
        {
            8 => Run<byte>(inputs, context),
            16 => Run<ushort>(inputs, context),
            32 => Run<uint>(inputs, context),
            64 => Run<ulong>(inputs, context),
            _ => NumberedElements.Move(inputs, moved.Type, Run<uint>, context),
        };
    }

    /// <summary>The input whose elements are moved.</summary>
    protected virtual int MovedInput => 0;

    protected abstract Tensor?[] Run<TWord>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
        where TWord : unmanaged, IBinaryInteger<TWord>;
}
