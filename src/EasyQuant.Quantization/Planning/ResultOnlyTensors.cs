using EasyQuant.Graphs;

namespace EasyQuant.Quantization.Planning;

/// <summary>Tells which tensors only reach the graph's outputs, through nothing but operators that move elements.</summary>
internal sealed class ResultOnlyTensors
{
    private readonly HashSet<Node> _movers = [];

    /// <summary>Follows a graph back from its end.</summary>
    public ResultOnlyTensors(Graph graph)
    {
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (SameScaleOperators.Contains(node) && node.Outputs.OfType<Value>().All(Contains))
            {
                _movers.Add(node);
            }
        }
    }

    /// <summary>Whether nobody computes with this tensor.</summary>
    public bool Contains(Value value) => value.Uses.All(u => _movers.Contains(u.Node));
}
