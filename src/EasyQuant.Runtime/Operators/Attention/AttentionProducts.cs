using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Linear;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>The two products of attention, <c>q · kᵀ</c> and <c>p · v</c>, for each head; several query heads may share one head of keys and values.</summary>
internal static class AttentionProducts
{
    private static readonly IOperator s_multiply = new MatrixProduct();

    /// <summary>The number of query heads for each head of keys.</summary>
    /// <exception cref="InvalidOperatorInputException">Queries, keys and values do not fit together.</exception>
    public static int Check(Tensor q, Tensor k, Tensor v)
    {
        (int batch, int queryHeads, _, int size) = Images.Extents(q);
        (int keyBatch, int heads, int length, int keySize) = Images.Extents(k);
        (int valueBatch, int valueHeads, int valueLength, _) = Images.Extents(v);
        bool fits = keyBatch == batch && valueBatch == batch && valueHeads == heads && valueLength == length && keySize == size
            && heads > 0 && queryHeads % heads == 0 && k.Type == q.Type && v.Type == q.Type;
        return fits ? queryHeads / heads : throw new InvalidOperatorInputException($"Queries {q}, keys {k} and values {v} (batch, heads, length, size) do not fit together.");
    }

    /// <summary><c>q · kᵀ</c> of shape batch, query heads, query length, key length.</summary>
    public static Tensor Scores(Tensor q, Tensor k, int shared, OperatorContext context)
    {
        (int batch, int queryHeads, int length, int size) = Images.Extents(q);
        Tensor grouped = q.Reshape([batch, queryHeads / shared, shared * length, size]);
        return Multiply(grouped, AttentionHeads.Transpose(k, context), context).Reshape([batch, queryHeads, length, k.Shape[2]]);
    }

    /// <summary><c>p · v</c> of shape batch, query heads, query length, size.</summary>
    public static Tensor Weighted(Tensor p, Tensor v, int shared, OperatorContext context)
    {
        (int batch, int queryHeads, int length, int keys) = Images.Extents(p);
        return Multiply(p.Reshape([batch, queryHeads / shared, shared * length, keys]), v, context).Reshape([batch, queryHeads, length, v.Shape[3]]);
    }

    private static Tensor Multiply(Tensor a, Tensor b, OperatorContext context) => s_multiply.Run([a, b], context)[0]!;
}
