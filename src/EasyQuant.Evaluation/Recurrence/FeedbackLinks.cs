using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Recurrence;

/// <summary>An output that becomes an input of the next run.</summary>
public sealed record Feedback(string Output, string Input);

/// <summary>The states of a model: which outputs are fed back, and what each state is before the first run.</summary>
/// <remarks>
/// A state is what the sample holds for it, where it does; else the previous run's output; else, at the beginning of a sequence, zeros of the declared
/// shape. Of extents that the model leaves open the first, the batch, is then 1; one whose name another input of the sample has is that; any
/// other is 0, an empty cache that grows.
/// </remarks>
public sealed class FeedbackLinks
{
    private readonly IReadOnlyList<(Feedback Link, Value State)> _states;
    private readonly IReadOnlyList<Value> _inputs;

    private FeedbackLinks(IReadOnlyList<(Feedback Link, Value State)> states, IReadOnlyList<Value> inputs)
    {
        _states = states;
        _inputs = inputs;
    }

    /// <summary>The links.</summary>
    public IEnumerable<Feedback> Links => _states.Select(s => s.Link);

    /// <summary>Whether an output becomes a state.</summary>
    public bool IsFedBack(string output) => _states.Any(s => s.Link.Output == output);

    /// <summary>Whether an input is a state.</summary>
    public bool IsState(string input) => _states.Any(s => s.Link.Input == input);

    /// <summary>The links of a model.</summary>
    /// <param name="given">Each <c>OUTPUT=INPUT</c>; one <c>*</c> on both sides stands for the same text, as in <c>present.*=past.*</c>.</param>
    /// <param name="graph">The model's graph.</param>
    /// <exception cref="ArgumentException">A name is unknown, an input is fed twice, or the types do not fit.</exception>
    public static FeedbackLinks Of(IReadOnlyList<string> given, Graph graph)
    {
        List<(Feedback, Value)> states = [];
        foreach (string link in given)
        {
            (string output, string input) = Split(link);
            List<(Value Output, Value Input)> matches = [.. Match(output, input, graph)];
            if (matches.Count == 0)
            {
                throw new ArgumentException(
                    $"'{link}' matches no output with an input: outputs are {Names(graph.Outputs)}, inputs {Names(graph.RequiredInputs)}.");
            }

            foreach ((Value from, Value to) in matches)
            {
                RequireFitting(from, to);
                if (states.Any(s => s.Item2 == to))
                {
                    throw new ArgumentException($"Input '{to.Name}' is fed by two outputs.");
                }

                states.Add((new Feedback(from.Name, to.Name), to));
            }
        }

        return new FeedbackLinks(states, [.. graph.RequiredInputs]);
    }

    /// <summary>The inputs of a step: what the sample holds, and the states.</summary>
    /// <param name="sample">The step's sample.</param>
    /// <param name="previous">All outputs of the run before; nothing at the beginning of a sequence.</param>
    /// <exception cref="InvalidSampleException">The state's declaration does not say what it begins with.</exception>
    public IReadOnlyDictionary<string, Tensor> Complete(Sample sample, IReadOnlyDictionary<string, Tensor>? previous)
    {
        Dictionary<string, Tensor> inputs = sample.Inputs.ToDictionary(StringComparer.Ordinal);
        Dictionary<string, int>? extents = null;
        foreach ((Feedback link, Value state) in _states)
        {
            if (!inputs.ContainsKey(state.Name))
            {
                inputs.Add(state.Name, previous?[link.Output] ?? Zeros(state, extents ??= NamedExtents(sample)));
            }
        }

        return inputs;
    }

    private static (string Output, string Input) Split(string link)
    {
        int equals = link.IndexOf('=');
        (string output, string input) = equals > 0 ? (link[..equals], link[(equals + 1)..]) : ("", "");
        int stars = output.Count(c => c == '*');
        return output.Length > 0 && input.Length > 0 && stars <= 1 && stars == input.Count(c => c == '*')
            ? (output, input)
            : throw new ArgumentException($"'{link}' is no OUTPUT=INPUT, where one * on both sides may stand for the same text.");
    }

    private static IEnumerable<(Value Output, Value Input)> Match(string output, string input, Graph graph)
    {
        int star = output.IndexOf('*');
        foreach (Value from in graph.Outputs)
        {
            string? wanted = star < 0
                ? (from.Name == output ? input : null)
                : from.Name.Length >= output.Length - 1 && from.Name.StartsWith(output[..star], StringComparison.Ordinal) && from.Name.EndsWith(output[(star + 1)..], StringComparison.Ordinal)
                    ? input.Replace("*", from.Name[star..^(output.Length - star - 1)], StringComparison.Ordinal)
                    : null;
            if (wanted is not null && graph.RequiredInputs.FirstOrDefault(i => i.Name == wanted) is { } to)
            {
                yield return (from, to);
            }
        }
    }

    private static void RequireFitting(Value output, Value input)
    {
        if (input.TensorType is null || (output.TensorType is { } type && type.ElementType != DataType.Undefined && type.ElementType != input.ElementType)
            || (output.Shape is { } from && input.Shape is { } to && from.Rank != to.Rank))
        {
            throw new ArgumentException($"Output '{output.Name}' {output.Type} cannot become input '{input.Name}' {input.Type}.");
        }
    }

    private static string Names(IEnumerable<Value> values) => string.Join(", ", values.Select(v => $"'{v.Name}'"));

    private Dictionary<string, int> NamedExtents(Sample sample)
    {
        Dictionary<string, int> extents = new(StringComparer.Ordinal);
        foreach (Value input in _inputs)
        {
            if (input.Shape is { } declared && sample.Inputs.TryGetValue(input.Name, out Tensor? tensor) && tensor.Shape.Rank == declared.Rank)
            {
                foreach ((string symbol, int extent) in declared.NamedExtents(tensor.Shape))
                {
                    extents.TryAdd(symbol, extent);
                }
            }
        }

        return extents;
    }

    private static Tensor Zeros(Value state, Dictionary<string, int> extents)
    {
        if (state.Shape is not { } declared)
        {
            throw new InvalidSampleException($"The state '{state.Name}' is declared as {state.Type}, without dimensions, so zeros to begin with cannot be made. Give an array of its name with the samples.");
        }

        Shape shape = new([.. declared.Dimensions.Select((d, i) => d.Value ?? (d.Symbol is { Length: > 0 } symbol && extents.TryGetValue(symbol, out int known) ? known : i == 0 ? 1 : 0))]);
        return Tensor.FromBytes(state.ElementType, shape, new byte[checked((int)state.ElementType.ByteLength(shape.ElementCount))]);
    }
}
