using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>MatMul: a product of matrices over broadcast leading dimensions; a vector is a row on the left and a column on the right.</summary>
internal sealed class MatrixProduct : NumberOperator
{
    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor a = inputs.Required(0);
        Tensor b = inputs.Required(1);
        MatrixBatches batches = new(a.Shape, b.Shape);
        Tensor y = context.Allocate(a.Type, batches.OutputShape);
        (int m, int k, int n) = (batches.Rows, batches.Depth, batches.Columns);
        context.ForRanges(batches.Count * m, (long)k * n, (start, end) =>
        {
            for (int index = start; index < end; index++)
            {
                (int batch, int i) = Math.DivRem(index, m);
                ReadOnlySpan<T> row = a.AsSpan<T>().Slice(batches.Left(batch) * m * k + i * k, k);
                ReadOnlySpan<T> right = b.AsSpan<T>().Slice(batches.Right(batch) * k * n, k * n);
                Span<T> result = y.AsMutableSpan<T>().Slice(index * n, n);
                result.Clear();
                for (int l = 0; l < k; l++)
                {
                    TensorPrimitives.MultiplyAdd(right.Slice(l * n, n), row[l], result, result);
                }
            }
        });
        return y;
    }
}
