using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>An operator with one output.</summary>
internal abstract class SingleOutputOperator : IOperator
{
    Tensor?[] IOperator.Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context) => [Run(inputs, context)];

    /// <summary>Computes the output.</summary>
    protected abstract Tensor Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context);
}
