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
        Sizes sizes = Check(inputs);
        double[] states = inputs.Optional(3) is { } past ? Reals.Of(past) : Reals.Zeros(sizes.State);
        double[] y = Reals.Zeros(sizes.Output);
        Steps steps = new(
            Reals.Of(query), Reals.Of(inputs.Required(1)), Reals.Of(inputs.Required(2)),
            _isGated ? Reals.Of(inputs.Required(4)) : null, _isDelta ? Reals.Of(inputs.Required(5)) : null);
        int perState = sizes.Key * sizes.Value;
        context.ForRanges(sizes.Batch * _heads, 4L * sizes.Length * perState, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                Go(steps, sizes, i / _heads, i % _heads, states.AsSpan(i * perState, perState), y);
            }
        });
        return [Reals.Make(y, sizes.Output, query.Type, context), Reals.Make(states, sizes.State, query.Type, context)];
    }

    // One head of one batch entry through all its steps.
    private void Go(Steps steps, Sizes sizes, int entry, int head, Span<double> state, double[] y)
    {
        (int size, int valueSize, int shared) = (sizes.Key, sizes.Value, _queryHeads / _heads);
        double[] written = new double[valueSize];
        for (int step = entry * sizes.Length; step < (entry + 1) * sizes.Length; step++)
        {
            int lane = step * _heads + head;
            ReadOnlySpan<double> key = steps.Key.AsSpan(lane * size, size);
            if (steps.Decay is { } decay)
            {
                Decay(state, sizes.DecaysByRow ? decay.AsSpan(lane * size, size) : decay.AsSpan(lane, 1), size, valueSize);
            }

            steps.Value.AsSpan(lane * valueSize, valueSize).CopyTo(written);
            if (steps.Beta is { } beta)
            {
                Correct(written, state, key, beta[sizes.HasBetaByHead ? lane : step]);
            }

            Write(state, key, written);
            for (int queryHead = step * _queryHeads + head * shared; queryHead < step * _queryHeads + (head + 1) * shared; queryHead++)
            {
                Read(state, steps.Query.AsSpan(queryHead * size, size), sizes.Scale, y.AsSpan(queryHead * valueSize, valueSize));
            }
        }
    }

    private Sizes Check(ReadOnlySpan<Tensor?> inputs)
    {
        (int batch, int length, int queryWidth) = Rows(inputs.Required(0));
        int keyWidth = Rows(inputs.Required(1)).Width;
        int valueWidth = Rows(inputs.Required(2)).Width;
        int decayWidth = _isGated ? Rows(inputs.Required(4)).Width : keyWidth;
        int betaWidth = _isDelta ? Rows(inputs.Required(5)).Width : 1;
        (int size, int valueSize) = (queryWidth / _queryHeads, valueWidth / _heads);
        Sizes sizes = new(batch, length, size, valueSize, _scale == 0 ? 1 / Math.Sqrt(size) : _scale, decayWidth == keyWidth, betaWidth == _heads)
        {
            State = [batch, _heads, size, valueSize],
            Output = [batch, length, checked(_queryHeads * valueSize)],
        };
        bool fits = queryWidth == size * _queryHeads && keyWidth == size * _heads && valueWidth == valueSize * _heads
            && (decayWidth == keyWidth || decayWidth == _heads) && (betaWidth == 1 || betaWidth == _heads)
            && (inputs.Optional(3) is not { } past || past.Shape == sizes.State);
        for (int i = 1; i < inputs.Length && fits; i++)
        {
            fits = i == 3 || inputs[i] is not { } input || (input.Shape[0] == batch && input.Shape[1] == length);
        }

        return fits ? sizes : throw new InvalidOperatorInputException(
            $"The inputs do not fit {_queryHeads} query heads, {_heads} heads of keys and values and a state of shape {sizes.State}.");
    }

    // Row i of the state is multiplied by e^decay[i], or every row by the same number.
    private static void Decay(Span<double> state, ReadOnlySpan<double> decay, int size, int valueSize)
    {
        for (int i = 0; i < size; i++)
        {
            double factor = Math.Exp(decay[decay.Length == 1 ? 0 : i]);
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

    // Everything of every step, in double precision.
    private sealed record Steps(double[] Query, double[] Key, double[] Value, double[]? Decay, double[]? Beta);

    private sealed record Sizes(int Batch, int Length, int Key, int Value, double Scale, bool DecaysByRow, bool HasBetaByHead)
    {
        public required Shape State { get; init; }

        public required Shape Output { get; init; }
    }
}
