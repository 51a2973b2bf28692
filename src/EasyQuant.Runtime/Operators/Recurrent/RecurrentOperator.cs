using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Recurrent;

/// <summary>RNN, GRU and LSTM: a state for each batch entry that goes over a sequence, forwards, backwards or both.</summary>
/// <remarks>An entry whose sequence has ended keeps its state; its outputs from there on are zero. Backwards begins at an entry's own end.</remarks>
internal abstract class RecurrentOperator : IOperator
{
    private readonly int _gates;
    private readonly int _directions;
    private readonly bool _startsBackwards;
    private readonly bool _hasBatchInFront;
    private readonly bool _hasCell;
    private readonly int _hidden;
    private readonly float _clip;
    private readonly Func<float, float>[] _activations;

    protected RecurrentOperator(OperatorSite site, int gates, bool hasCell, params string[] activations)
    {
        string direction = site.Node.GetString("direction", "forward");
        (_directions, _startsBackwards) = direction switch
        {
            "forward" => (1, false),
            "reverse" => (1, true),
            "bidirectional" => (2, false),
            _ => throw site.Unsupported($"direction '{direction}'"),
        };
        (_gates, _hasCell) = (gates, hasCell);
        _hidden = checked((int)site.Node.GetInt("hidden_size", 0));
        _hasBatchInFront = site.Node.GetInt("layout", 0) != 0;
        _clip = site.Node.GetFloat("clip", float.PositiveInfinity);
        _activations = RecurrentActivation.Of(site, _directions, activations);
        if (_hidden < 1)
        {
            throw new InvalidModelException($"{site.Node.Label}: hidden_size is {_hidden}, expected at least 1.");
        }
    }

    /// <summary>The width of a state.</summary>
    protected int HiddenSize => _hidden;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        if (SinglePrecision.IsFor(inputs.Required(0).Type))
        {
            return SinglePrecision.Run(this, inputs, context);
        }

        Tensor x = inputs.RequiredSingles(0);
        if (x.Shape.Rank != 3)
        {
            throw new InvalidOperatorInputException($"{x} has {x.Shape.Rank} dimensions, expected 3.");
        }

        (int steps, int batch, int width) = _hasBatchInFront ? (x.Shape[1], x.Shape[0], x.Shape[2]) : (x.Shape[0], x.Shape[1], x.Shape[2]);
        int rows = _gates * _hidden;
        Tensor w = Expect(inputs, 1, [_directions, rows, width])!;
        Tensor r = Expect(inputs, 2, [_directions, rows, _hidden])!;
        Tensor? bias = Expect(inputs, 3, [_directions, 2 * rows]);
        Shape stateShape = _hasBatchInFront ? [batch, _directions, _hidden] : [_directions, batch, _hidden];
        Tensor? hidden = Expect(inputs, 5, stateShape);
        Tensor? cell = _hasCell ? Expect(inputs, 6, stateShape) : null;
        Tensor? peepholes = _hasCell ? Expect(inputs, 7, [_directions, 3 * _hidden]) : null;
        int[] lengths = Lengths(inputs.Optional(4), batch, steps);

        Tensor y = Zeros(_hasBatchInFront ? [batch, steps, _directions, _hidden] : [steps, _directions, batch, _hidden]);
        Tensor lastHidden = Zeros(stateShape);
        Tensor lastCell = Zeros(stateShape);
        for (int d = 0; d < _directions; d++)
        {
            RecurrentDirection direction = new(
                Part(w, d, rows * width), Part(r, d, rows * _hidden), bias is null ? [] : Part(bias, d, 2 * rows), width, _hidden, _gates)
            {
                Activations = _activations[(d * _activations.Length / _directions)..((d + 1) * _activations.Length / _directions)],
                Peepholes = peepholes is null ? null : Part(peepholes, d, 3 * _hidden).ToArray(),
                Hidden = ReadState(hidden, d, batch),
                Cell = _hasCell ? ReadState(cell, d, batch) : [],
            };
            Go(direction, d, x, steps, lengths, y, context);
            WriteState(direction.Hidden, lastHidden, d, batch);
            if (_hasCell)
            {
                WriteState(direction.Cell, lastCell, d, batch);
            }
        }

        return _hasCell ? [y, lastHidden, lastCell] : [y, lastHidden];
    }

    /// <summary>Brings the state of the entries that are still in their sequence one step on.</summary>
    /// <param name="direction">The state and the weights.</param>
    /// <param name="inputs">For each batch entry <c>x · wᵀ</c> and the input biases.</param>
    /// <param name="isActive">Which entries are still in their sequence.</param>
    /// <param name="context">Threads to use.</param>
    protected abstract void Step(RecurrentDirection direction, float[] inputs, bool[] isActive, OperatorContext context);

    /// <summary>The argument of a gate's function, kept within the operator's limit.</summary>
    protected float Clip(float gate) => Math.Clamp(gate, -_clip, _clip);

    private void Go(RecurrentDirection direction, int d, Tensor x, int steps, int[] lengths, Tensor y, OperatorContext context)
    {
        bool isBackwards = _startsBackwards || d == 1;
        int batch = lengths.Length;
        float[] products = direction.Inputs(x.AsSpan<float>(), context);
        float[] inputs = new float[batch * direction.Width];
        bool[] isActive = new bool[batch];
        for (int step = 0; step < steps; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            for (int b = 0; b < batch; b++)
            {
                isActive[b] = step < lengths[b];
                int time = !isActive[b] ? step : isBackwards ? lengths[b] - 1 - step : step;
                products.AsSpan((_hasBatchInFront ? b * steps + time : time * batch + b) * direction.Width, direction.Width)
                    .CopyTo(inputs.AsSpan(b * direction.Width));
            }

            Step(direction, inputs, isActive, context);
            for (int b = 0; b < batch; b++)
            {
                if (isActive[b])
                {
                    int time = isBackwards ? lengths[b] - 1 - step : step;
                    int row = _hasBatchInFront ? (b * steps + time) * _directions + d : (time * _directions + d) * batch + b;
                    direction.Hidden.AsSpan(b * _hidden, _hidden).CopyTo(y.AsMutableSpan<float>()[(row * _hidden)..]);
                }
            }
        }
    }

    private float[] ReadState(Tensor? given, int d, int batch)
    {
        float[] state = new float[batch * _hidden];
        for (int b = 0; b < batch && given is not null; b++)
        {
            given.AsSpan<float>().Slice(StateRow(b, d, batch) * _hidden, _hidden).CopyTo(state.AsSpan(b * _hidden));
        }

        return state;
    }

    private void WriteState(float[] state, Tensor to, int d, int batch)
    {
        for (int b = 0; b < batch; b++)
        {
            state.AsSpan(b * _hidden, _hidden).CopyTo(to.AsMutableSpan<float>()[(StateRow(b, d, batch) * _hidden)..]);
        }
    }

    private int StateRow(int b, int d, int batch) => _hasBatchInFront ? b * _directions + d : d * batch + b;

    private static ReadOnlySpan<float> Part(Tensor x, int index, int length) => x.AsSpan<float>().Slice(index * length, length);

    private static Tensor Zeros(Shape shape)
    {
        Tensor zeros = Tensor.Allocate(DataType.Float32, shape);
        zeros.AsMutableSpan<float>().Clear();
        return zeros;
    }

    // The first three inputs are required.
    private static Tensor? Expect(ReadOnlySpan<Tensor?> inputs, int index, Shape shape)
    {
        if (index > 2 && inputs.Optional(index) is null)
        {
            return null;
        }

        Tensor input = inputs.RequiredSingles(index);
        return input.Shape == shape ? input : throw new InvalidOperatorInputException($"Input {index} is {input}, expected shape {shape}.");
    }

    private static int[] Lengths(Tensor? given, int batch, int steps)
    {
        int[] lengths = given is null ? [.. Enumerable.Repeat(steps, batch)] : Array.ConvertAll(given.ToInt64s(), l => (int)Math.Clamp(l, -1, int.MaxValue));
        return lengths.Length == batch && lengths.All(l => l >= 0 && l <= steps)
            ? lengths
            : throw new InvalidOperatorInputException($"The sequence lengths are {string.Join(", ", lengths)}, expected {batch} from 0 to {steps}.");
    }
}
