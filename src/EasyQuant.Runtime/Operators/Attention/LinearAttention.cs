using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Attention;

/// <summary>LinearAttention: a matrix S for each head that is updated step by step and read by the query, <c>y = scale · Sᵀ · q</c>.</summary>
/// <remarks>
/// The update rules: linear <c>S += k · vᵀ</c>; gated, before it, row i of S is multiplied by <c>e^decay[i]</c>; delta writes
/// <c>β · (v − Sᵀ · k)</c> in place of v; gated_delta does both.
/// </remarks>
internal sealed class LinearAttention : IOperator
{
    private readonly int _queryHeads;
    private readonly int _heads;
    private readonly float _scale;
    private readonly bool _isGated;
    private readonly bool _isDelta;

    public LinearAttention(OperatorSite site)
    {
        _queryHeads = checked((int)site.Node.GetInt("q_num_heads", 0));
        _heads = checked((int)site.Node.GetInt("kv_num_heads", 0));
        _scale = site.Node.GetFloat("scale", 0);
        (_isGated, _isDelta) = site.Node.GetString("update_rule", "gated_delta") switch
        {
            "linear" => (false, false),
            "gated" => (true, false),
            "delta" => (false, true),
            "gated_delta" => (true, true),
            string other => throw site.Unsupported($"update_rule '{other}'"),
        };
        if (_heads < 1 || _queryHeads < 1 || _queryHeads % _heads != 0)
        {
            throw new Graphs.InvalidModelException($"{site.Node.Label}: {_queryHeads} query heads cannot share {_heads} heads of keys and values.");
        }
    }

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor query = inputs.Required(0);
        (int batch, int length, int queryWidth) = Rows(query);
        (_, _, int keyWidth) = Rows(inputs.Required(1));
        (_, _, int valueWidth) = Rows(inputs.Required(2));
        int size = queryWidth / _queryHeads;
        int valueSize = valueWidth / _heads;
        Tensor? decay = _isGated ? inputs.Required(4) : null;
        Tensor? beta = _isDelta ? inputs.Required(5) : null;
        int decayWidth = decay is null ? 0 : Rows(decay).Width;
        int betaWidth = beta is null ? 0 : Rows(beta).Width;
        Shape stateShape = [batch, _heads, size, valueSize];
        bool fits = queryWidth == size * _queryHeads && keyWidth == size * _heads && valueWidth == valueSize * _heads
            && (decay is null || decayWidth == keyWidth || decayWidth == _heads) && (beta is null || betaWidth == 1 || betaWidth == _heads)
            && inputs.Required(1).Count == batch * length * keyWidth && inputs.Required(2).Count == batch * length * valueWidth
            && (decay is null || decay.Count == batch * length * decayWidth) && (beta is null || beta.Count == batch * length * betaWidth)
            && (inputs.Optional(3) is not { } given || given.Shape == stateShape);
        if (!fits)
        {
            throw new InvalidOperatorInputException($"The inputs do not fit {_queryHeads} query heads, {_heads} heads of keys and values and a state of shape {stateShape}.");
        }

        double[] q = Reals.Of(query);
        double[] k = Reals.Of(inputs.Required(1));
        double[] v = Reals.Of(inputs.Required(2));
        double[]? d = decay is null ? null : Reals.Of(decay);
        double[]? b = beta is null ? null : Reals.Of(beta);
        double[] states = inputs.Optional(3) is { } past ? Reals.Of(past) : Reals.Zeros(stateShape);
        Shape shape = [batch, length, _queryHeads * valueSize];
        double[] y = Reals.Zeros(shape);
        double scale = _scale == 0 ? 1 / Math.Sqrt(size) : _scale;
        int shared = _queryHeads / _heads;
        bool decaysByKey = decayWidth == keyWidth;
        context.ForRanges(batch * _heads, (long)length * size * valueSize * 4, (start, end) =>
        {
            double[] written = new double[valueSize];
            for (int i = start; i < end; i++)
            {
                (int n, int head) = Math.DivRem(i, _heads);
                Span<double> state = states.AsSpan(i * size * valueSize, size * valueSize);
                for (int step = n * length; step < (n + 1) * length; step++)
                {
                    ReadOnlySpan<double> key = k.AsSpan(step * keyWidth + head * size, size);
                    if (d is not null)
                    {
                        Decay(state, d.AsSpan(step * decayWidth + (decaysByKey ? head * size : head)), decaysByKey ? 1 : 0, size, valueSize);
                    }

                    v.AsSpan(step * valueWidth + head * valueSize, valueSize).CopyTo(written);
                    if (b is not null)
                    {
                        Correct(written, state, key, b[step * betaWidth + (betaWidth == 1 ? 0 : head)]);
                    }

                    Write(state, key, written);
                    for (int queryHead = head * shared; queryHead < (head + 1) * shared; queryHead++)
                    {
                        Read(state, q.AsSpan(step * queryWidth + queryHead * size, size), scale, y.AsSpan((step * _queryHeads + queryHead) * valueSize, valueSize));
                    }
                }
            }
        });
        return [Reals.Make(y, shape, query.Type, context), Reals.Make(states, stateShape, query.Type, context)];
    }

    // Row i of the state is multiplied by e^decay[i], or every row by the same number.
    private static void Decay(Span<double> state, ReadOnlySpan<double> decay, int step, int size, int valueSize)
    {
        for (int i = 0; i < size; i++)
        {
            double factor = Math.Exp(decay[i * step]);
            foreach (ref double element in state.Slice(i * valueSize, valueSize))
            {
                element *= factor;
            }
        }
    }

    // written = β · (written − Sᵀ · k)
    private static void Correct(Span<double> written, ReadOnlySpan<double> state, ReadOnlySpan<double> key, double beta)
    {
        for (int j = 0; j < written.Length; j++)
        {
            double known = 0;
            for (int i = 0; i < key.Length; i++)
            {
                known += state[i * written.Length + j] * key[i];
            }

            written[j] = beta * (written[j] - known);
        }
    }

    // S += k · writtenᵀ
    private static void Write(Span<double> state, ReadOnlySpan<double> key, ReadOnlySpan<double> written)
    {
        for (int i = 0; i < key.Length; i++)
        {
            for (int j = 0; j < written.Length; j++)
            {
                state[i * written.Length + j] += key[i] * written[j];
            }
        }
    }

    // y = scale · Sᵀ · q
    private static void Read(ReadOnlySpan<double> state, ReadOnlySpan<double> query, double scale, Span<double> y)
    {
        for (int j = 0; j < y.Length; j++)
        {
            double sum = 0;
            for (int i = 0; i < query.Length; i++)
            {
                sum += state[i * y.Length + j] * query[i];
            }

            y[j] = scale * sum;
        }
    }

    private static (int Batch, int Length, int Width) Rows(Tensor x) => x.Shape.Rank == 3
        ? (x.Shape[0], x.Shape[1], x.Shape[2])
        : throw new InvalidOperatorInputException($"{x} has {x.Shape.Rank} dimensions, expected batch, length and heads · size.");
}
