using System.Numerics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Operators.Elementwise;
using EasyQuant.Runtime.Operators.Reduction;
using EasyQuant.Runtime.Operators.Shaping;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>Attention: <c>y = softmax(cap(scale · q · kᵀ) + mask) · v</c> for each head, with <c>cap(s) = c · tanh(s / c)</c> where a cap is given.</summary>
/// <remarks>Past keys and values come before the given ones. A query that sees no key gets zero.</remarks>
internal sealed class Attention(OperatorSite site) : IOperator
{
    private readonly int _queryHeads = checked((int)site.Node.GetInt("q_num_heads", 0));
    private readonly int _keyHeads = checked((int)site.Node.GetInt("kv_num_heads", 0));
    private readonly bool _isCausal = site.Node.GetInt("is_causal", 0) != 0;
    private readonly float _scale = site.Node.GetFloat("scale", 0);
    private readonly float _cap = site.Node.GetFloat("softcap", 0);
    private readonly ScoreStage? _shown = site.Node.Outputs.ElementAtOrDefault(3) is null ? null : site.Node.GetInt("qk_matmul_output_mode", 0) switch
    {
        >= (long)ScoreStage.Scaled and <= (long)ScoreStage.Weights and var stage => (ScoreStage)stage,
        var other => throw site.Unsupported($"qk_matmul_output_mode {other}, expected {(int)ScoreStage.Scaled} to {(int)ScoreStage.Weights}"),
    };

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (SinglePrecision.IsFor(inputs.Required(0).Type))
        {
            return SinglePrecision.Run(this, inputs, context);
        }

        bool hasRows = inputs.Required(0).Shape.Rank == 3;
        Tensor q = AttentionHeads.Split(inputs.Required(0), _queryHeads, context);
        Tensor k = AttentionHeads.Split(inputs.Required(1), _keyHeads, context);
        Tensor v = AttentionHeads.Split(inputs.Required(2), _keyHeads, context);
        int past = inputs.Optional(4)?.Shape is { Rank: 4 } pastShape ? pastShape[2] : 0;
        k = inputs.Optional(4) is { } pastKeys ? Concat.Run([pastKeys, k], 2, context) : k;
        v = inputs.Optional(5) is { } pastValues ? Concat.Run([pastValues, v], 2, context) : v;
        int shared = AttentionProducts.Check(q, k, v);
        Tensor scores = AttentionProducts.Scores(q, k, shared, context);
        AttentionMask mask = new(inputs.Optional(3), scores.Shape, _isCausal, past, inputs.Optional(6)?.ToInt64s());
        double scale = _scale == 0 ? 1 / Math.Sqrt(q.Shape[3]) : _scale;
        (Tensor weights, Tensor? shown) = q.Type == DataType.Float32
            ? Weigh<float>(scores, mask, scale, context)
            : Weigh<double>(scores, mask, scale, context);
        Tensor y = AttentionProducts.Weighted(weights, v, shared, context);
        return [hasRows ? AttentionHeads.Join(y, context) : y, k, v, shown];
    }

    private (Tensor Weights, Tensor? Shown) Weigh<T>(Tensor scores, AttentionMask mask, double scale, OperatorContext context)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int batch, int heads, int queries, int keys) = Images.Extents(scores);
        Tensor weights = context.Allocate(scores.Type, scores.Shape);
        Tensor? shown = _shown is null ? null : context.Allocate(scores.Type, scores.Shape);
        context.ForRanges(batch * heads * queries, 16L * keys, (start, end) =>
        {
            T[] bias = new T[keys];
            for (int i = start; i < end; i++)
            {
                (int head, int query) = Math.DivRem(i, queries);
                mask.Fill<T>(head / heads, head % heads, query, bias);
                Span<T> row = weights.AsMutableSpan<T>().Slice(i * keys, keys);
                Span<T> show = shown is null ? [] : shown.AsMutableSpan<T>().Slice(i * keys, keys);
                TensorPrimitives.Multiply(scores.AsSpan<T>().Slice(i * keys, keys), T.CreateTruncating(scale), row);
                Show(ScoreStage.Scaled, row, show);
                Cap(row);
                Show(ScoreStage.Capped, row, show);
                Mask(row, bias);
                Show(ScoreStage.Masked, row, show);
                Softmax(row);
                Show(ScoreStage.Weights, row, show);
            }
        });
        return (weights, shown);
    }

    private void Show<T>(ScoreStage stage, ReadOnlySpan<T> row, Span<T> shown)
    {
        if (stage == _shown)
        {
            row.CopyTo(shown);
        }
    }

    private void Cap<T>(Span<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (_cap > 0)
        {
            T cap = T.CreateTruncating(_cap);
            TensorPrimitives.Divide(row, cap, row);
            PortableFunctions.Each(row, row, T.Tanh);
            TensorPrimitives.Multiply(row, cap, row);
        }
    }

    // A masked key has no influence, whatever its score is.
    private static void Mask<T>(Span<T> row, ReadOnlySpan<T> bias)
        where T : IFloatingPointIeee754<T>
    {
        for (int key = 0; key < row.Length; key++)
        {
            row[key] = T.IsNegativeInfinity(bias[key]) ? bias[key] : row[key] + bias[key];
        }
    }

    private static void Softmax<T>(Span<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = row.IsEmpty ? T.NegativeInfinity : TensorPrimitives.Max<T>(row);
        if (T.IsNegativeInfinity(largest))
        {
            row.Clear();
            return;
        }

        TensorPrimitives.Subtract(row, largest, row);
        PortableFunctions.Exp<T>(row, row);
        TensorPrimitives.Divide(row, OrderedSum.Of<T>(row), row);
    }

    // What the fourth output holds; the numbers are those of the attribute.
    private enum ScoreStage
    {
        Scaled = 0,
        Capped = 1,
        Masked = 2,
        Weights = 3,
    }
}
