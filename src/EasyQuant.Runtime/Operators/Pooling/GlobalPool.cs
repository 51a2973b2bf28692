using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Pooling;

/// <summary>GlobalAveragePool, GlobalMaxPool: each plane becomes its mean or its largest element.</summary>
internal sealed class GlobalPool(bool mean) : FloatingPointOperator
{
    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        int[] axes = [.. Enumerable.Range(2, Math.Max(0, x.Shape.Rank - 2))];
        if (!mean)
        {
            return Folding.Run<T, Largest>(x, axes, context);
        }

        Tensor sums = Folding.Run<T, Sum>(x, axes, context);
        Tensor y = context.Allocate(x.Type, sums.Shape);
        TensorPrimitives.Divide(sums.AsSpan<T>(), T.CreateChecked(x.Shape.Product(2, x.Shape.Rank)), y.AsMutableSpan<T>());
        return y;
    }
}
