using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Elementwise;

/// <summary>Mean: the sum of all inputs after broadcasting, divided by their number.</summary>
internal sealed class Mean : FloatingPointOperator
{
    private readonly BinaryOperator<Add> _sum = new(new Add());

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor sum = ((IOperator)_sum).Run(inputs, context)[0]!;
        Tensor mean = context.Allocate(sum.Type, sum.Shape);
        TensorPrimitives.Divide(sum.AsSpan<T>(), T.CreateChecked(inputs.Length), mean.AsMutableSpan<T>());
        return mean;
    }
}
