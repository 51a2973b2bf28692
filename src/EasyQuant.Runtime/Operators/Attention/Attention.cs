using System.Numerics;
using EasyQuant.Runtime.Execution;
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
    private readonly ScoreStage _shown = (ScoreStage)site.Node.GetInt("qk_matmul_output_mode", 0);

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
        (Tensor weights, Tensor shown) = q.Type == DataType.Float32
            ? Weigh<float>(scores, mask, scale, context)
            : Weigh<double>(scores, mask, scale, context);
        Tensor y = AttentionProducts.Weighted(weights, v, shared, context);
        return [hasRows ? AttentionHeads.Join(y, context) : y, k, v, shown];
    }

    private (Tensor Weights, Tensor Shown) Weigh<T>(Tensor scores, AttentionMask mask, double scale, OperatorContext context)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int batch, int heads, int queries, int keys) = Images.Extents(scores);
        Tensor weights = context.Allocate(scores.Type, scores.Shape);
        Tensor shown = context.Allocate(scores.Type, scores.Shape);
        context.ForRanges(batch * heads * queries, 16L * keys, (start, end) =>
        {
            double[] row = new double[keys];
            double[] bias = new double[keys];
            for (int i = start; i < end; i++)
            {
                (int head, int query) = Math.DivRem(i, queries);
                mask.Fill(head / heads, head % heads, query, bias);
                ReadOnlySpan<T> from = scores.AsSpan<T>().Slice(i * keys, keys);
                Span<T> show = shown.AsMutableSpan<T>().Slice(i * keys, keys);
                for (int key = 0; key < keys; key++)
                {
                    row[key] = double.CreateChecked(from[key]) * scale;
                }

                Show(ScoreStage.Scaled, row, show);
                Cap(row);
                Show(ScoreStage.Capped, row, show);
                Mask(row, bias);
                Show(ScoreStage.Masked, row, show);
                Softmax(row);
                Show(ScoreStage.Weights, row, show);
                Round(row, weights.AsMutableSpan<T>().Slice(i * keys, keys));
            }
        });
        return (weights, shown);
    }

    private void Show<T>(ScoreStage stage, double[] row, Span<T> shown)
        where T : unmanaged, INumber<T>
    {
        if (stage == _shown)
        {
            Round(row, shown);
        }
    }

    private static void Round<T>(double[] row, Span<T> to)
        where T : unmanaged, INumber<T>
    {
        for (int key = 0; key < row.Length; key++)
        {
            to[key] = T.CreateTruncating(row[key]);
        }
    }

    private void Cap(Span<double> row)
    {
        for (int key = 0; _cap > 0 && key < row.Length; key++)
        {
            row[key] = _cap * Math.Tanh(row[key] / _cap);
        }
    }

    // A masked key has no influence, whatever its score is.
    private static void Mask(Span<double> row, ReadOnlySpan<double> bias)
    {
        for (int key = 0; key < row.Length; key++)
        {
            row[key] = double.IsNegativeInfinity(bias[key]) ? bias[key] : row[key] + bias[key];
        }
    }

    private static void Softmax(Span<double> row)
    {
        double largest = row.IsEmpty ? double.NegativeInfinity : TensorPrimitives.Max<double>(row);
        if (double.IsNegativeInfinity(largest))
        {
            row.Clear();
            return;
        }

        double sum = 0;
        for (int key = 0; key < row.Length; key++)
        {
            row[key] = Math.Exp(row[key] - largest);
            sum += row[key];
        }

        for (int key = 0; key < row.Length; key++)
        {
            row[key] /= sum;
        }
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
