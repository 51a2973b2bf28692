using System.Numerics;
using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Conversion;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>MatMul: a product of matrices over broadcast leading dimensions; a vector is a row on the left and a column on the right.</summary>
internal sealed class MatrixProduct : NumberOperator
{
    private readonly ConstantCopy<FloatProduct>? _packed;

    /// <summary>A product whose right operand changes.</summary>
    public MatrixProduct()
    {
    }

    public MatrixProduct(OperatorSite site) => _packed = site.Constant(1) is { Type: DataType.Float32, Shape.Rank: 2 } b
        ? new ConstantCopy<FloatProduct>(site.Copies, b.ByteLength, () => new FloatProduct(b.AsSpan<float>(), b.Shape[0], b.Shape[1], b.Shape[1], 1))
        : null;

    protected override Tensor Run<T>(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor a = inputs.Required(0);
        Tensor b = inputs.Required(1);
        if (a.Type == DataType.Float16)
        {
            // Sums in 11 bits would lose what the products hold.
            Tensor sum = Run<float>([ElementCast.To(a, DataType.Float32, context), ElementCast.To(b, DataType.Float32, context)], context);
            return ElementCast.To(sum, DataType.Float16, context);
        }

        MatrixBatches batches = new(a.Shape, b.Shape);
        Tensor y = context.Allocate(a.Type, batches.OutputShape);
        if (a.Type == DataType.Float32)
        {
            RunSingle(a, b, batches, y, context);
        }
        else
        {
            RunAny<T>(a, b, batches, y, context);
        }

        return y;
    }

    private void RunSingle(Tensor a, Tensor b, MatrixBatches batches, Tensor y, OperatorContext context)
    {
        (int m, int k, int n) = (batches.Rows, batches.Depth, batches.Columns);
        if (_packed is not null)
        {
            // One right matrix for all: the batches are rows behind one another.
            int rows = batches.Count * m;
            Multiply(_packed.Value, a.AsSpan<float>(), rows, k, y, 0, context);
            return;
        }

        for (int i = 0; i < batches.Count; i++)
        {
            FloatProduct right = new(b.AsSpan<float>().Slice(batches.Right(i) * k * n, k * n), k, n, n, 1);
            Multiply(right, a.AsSpan<float>().Slice(batches.Left(i) * m * k, m * k), m, k, y, i * m * n, context);
        }
    }

    private static void Multiply(FloatProduct right, ReadOnlySpan<float> left, int rows, int depth, Tensor y, int first, OperatorContext context) =>
        right.Run(FloatTileKernel.PackStrips(left, rows, depth, depth, 1), rows, y, first, float.NegativeInfinity, float.PositiveInfinity, context);

    private static void RunAny<T>(Tensor a, Tensor b, MatrixBatches batches, Tensor y, OperatorContext context)
        where T : unmanaged, INumber<T>
    {
        (int m, int k, int n) = (batches.Rows, batches.Depth, batches.Columns);
        context.ForRanges(batches.Count * m, (long)k * n, (start, end) =>
        {
            for (int index = start; index < end; index++)
            {
                (int batch, int i) = Math.DivRem(index, m);
                ReadOnlySpan<T> row = a.AsSpan<T>().Slice((batches.Left(batch) * m + i) * k, k);
                ReadOnlySpan<T> right = b.AsSpan<T>().Slice(batches.Right(batch) * k * n, k * n);
                Span<T> result = y.AsMutableSpan<T>().Slice(index * n, n);
                result.Clear();
                for (int l = 0; l < k; l++)
                {
                    TensorPrimitives.MultiplyAdd(right.Slice(l * n, n), row[l], result, result);
                }
            }
        });
    }
}
