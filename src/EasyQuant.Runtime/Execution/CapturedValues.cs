using EasyQuant.Graphs;

namespace EasyQuant.Runtime.Execution;

/// <summary>The values of surrounding graphs that the nested graphs of a node read.</summary>
public static class CapturedValues
{
    private const int DeepestNesting = 64;

    /// <summary>Each captured value once, in the order in which it is first read.</summary>
    /// <exception cref="InvalidModelException">The graphs are nested too deep.</exception>
    public static IReadOnlyList<Value> Of(Node node)
    {
        List<Value> captured = [];
        foreach (Graph graph in node.Subgraphs)
        {
            captured.AddRange(Of(graph, node, 0).Where(v => !captured.Contains(v)));
        }

        return captured;
    }

    /// <summary>The values of surrounding graphs that <paramref name="graph"/>, a nested graph of <paramref name="owner"/>, reads.</summary>
    internal static IReadOnlyList<Value> Of(Graph graph, Node owner) => Of(graph, owner, 0);

    private static List<Value> Of(Graph graph, Node owner, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidModelException($"{owner.Label}: graphs are nested more than {DeepestNesting} deep.");
        }

        HashSet<Value> own = [.. graph.AllValues()];
        IEnumerable<Value> read = graph.Nodes.SelectMany(n => n.Inputs.OfType<Value>().Concat(n.Subgraphs.SelectMany(g => Of(g, n, depth + 1))));
        return [.. read.Concat(graph.Outputs).Where(v => !own.Contains(v)).Distinct()];
    }
}
