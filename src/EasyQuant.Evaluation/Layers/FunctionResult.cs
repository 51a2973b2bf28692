using EasyQuant.Evaluation.Inspection;
using EasyQuant.Graphs;

namespace EasyQuant.Evaluation.Layers;

/// <summary>What a function such as x · sigmoid(x) makes of a layer's output x, however many nodes it is spelled with.</summary>
internal static class FunctionResult
{
    /// <summary>The first value behind x through which all that is computed from x goes; null where there is none before the next layer.</summary>
    public static Value? Of(Graph graph, Value x)
    {
        HashSet<Value> known = [x];
        HashSet<Node> nodes = [];
        foreach (Node node in graph.Nodes)
        {
            // Constants are known beforehand; at least one input has to come from x.
            Value[] computed = [.. node.Inputs.OfType<Value>().Where(i => i.Constant is null)];
            if (computed.Length == 0 || LayerProfile.IsLayer(node) || node.Outputs is not [{ } output] || !Array.TrueForAll(computed, known.Contains))
            {
                continue;
            }

            nodes.Add(node);
            known.Add(output);
            Value[] open = [.. known.Where(v => graph.Outputs.Contains(v) || v.Uses.Any(u => !nodes.Contains(u.Node)))];
            if (open is [var only] && only != x)
            {
                return only;
            }
        }

        return null;
    }
}
