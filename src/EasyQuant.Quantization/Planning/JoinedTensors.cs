using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Lowering;

namespace EasyQuant.Quantization.Planning;

/// <summary>
/// Finds what has to be rounded as well so that nothing between rounded tensors stays in float: the operands and the result of a sum,
/// difference or product of two tensors, and what is averaged over maps.
/// </summary>
/// <remarks>
/// Rounding is only carried on, never begun: operands must follow from rounded tensors element by element, and the result must
/// be rounded already or be averaged. What ends elsewhere, such as the sums that a LayerNormalization reads, stays in float.
/// </remarks>
internal sealed class JoinedTensors
{
    private readonly Func<Value, bool> _isRounded;

    // The tensor that a value is a function of, element by element; what is computed from several is its own.
    private readonly Dictionary<Value, Value> _sources = [];
    private readonly HashSet<Node> _pairs = [];
    private readonly HashSet<Value> _wanted = [];
    private readonly OrderedDictionary<Value, bool> _found = [];

    private JoinedTensors(Func<Value, bool> isRounded) => _isRounded = isRounded;

    /// <summary>The tensors, those that are rounded already left out.</summary>
    public static IEnumerable<Value> Find(Graph graph, Func<Value, bool> isRounded)
    {
        JoinedTensors joined = new(isRounded);
        foreach (Node node in graph.Nodes)
        {
            joined.FollowForward(node);
        }

        foreach (Node node in graph.Nodes.Reverse())
        {
            joined.FollowBack(node);
        }

        return joined._found.Keys;
    }

    private static bool IsMean(Node node) => node.Is("AveragePool") || PoolMatching.IsGlobalMean(node, v => v.Constant);

    private void FollowForward(Node node)
    {
        Value?[] sources = [.. node.Inputs.Where(i => i is { Constant: null }).Select(i => SourceOf(i!)).Distinct()];
        if (node.Outputs is not [{ } output] || sources.Length == 0 || sources.Contains(null))
        {
            return;
        }

        if (FunctionMatching.IsElementwise(node))
        {
            bool isPair = sources.Length > 1;
            if (!isPair || node.OpType is "Add" or "Sub" or "Mul")
            {
                _sources[output] = isPair ? output : sources[0]!;
            }

            if (isPair)
            {
                _pairs.Add(node);
            }
        }
        else if (IsMean(node) || SameScaleOperators.Contains(node))
        {
            _sources[output] = output;
        }
    }

    private void FollowBack(Node node)
    {
        Value?[] inputs = [.. node.Inputs.Where(i => i is { Constant: null })];
        if (IsMean(node) && SourceOf(inputs[0]!) is not null)
        {
            Round(inputs[0]!);
        }

        if (node.Outputs is not [{ } output] || !_sources.ContainsKey(output) || !FunctionMatching.IsElementwise(node) || !IsWanted(output))
        {
            return;
        }

        if (!_pairs.Contains(node))
        {
            _wanted.UnionWith(inputs!);
            return;
        }

        Round(RoundedResult.Of(output));
        Array.ForEach(inputs, i => Round(i!));
    }

    private Value? SourceOf(Value value) => _isRounded(value) ? value : _sources.GetValueOrDefault(value);

    private bool IsWanted(Value value) => _isRounded(value) || _found.ContainsKey(value) || _wanted.Contains(value);

    private void Round(Value value)
    {
        if (!_isRounded(value))
        {
            _found.TryAdd(value, true);
        }
    }
}
