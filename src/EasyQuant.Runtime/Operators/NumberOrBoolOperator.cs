using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>A number operator that sees bool as bytes.</summary>
internal abstract class NumberOrBoolOperator : IOperator
{
    private readonly Numbers _numbers;

    protected NumberOrBoolOperator() => _numbers = new Numbers(this);

    Tensor?[] IOperator.Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => inputs.Required(0).Type == DataType.Bool
        ? [Run<byte>(inputs, context)]
        : ((IOperator)_numbers).Run(inputs, context);

    protected abstract Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    private sealed class Numbers(NumberOrBoolOperator owner) : NumberOperator
    {
        protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => owner.Run<T>(inputs, context);
    }
}
