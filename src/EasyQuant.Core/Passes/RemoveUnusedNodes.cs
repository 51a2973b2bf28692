using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>Takes out nodes that nobody reads and constants that nobody needs.</summary>
/// <remarks>
/// Nodes are visited last to first, so a chain that leads nowhere goes in one run. A constant that is also an input stays:
/// callers may feed it.
/// </remarks>
public sealed class RemoveUnusedNodes : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(RemoveUnusedNodes);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);

        // Inner graphs stand after the graph around them in the list; what they no longer capture becomes unused outside.
        foreach (Graph graph in scope.Graphs.AsEnumerable().Reverse())
        {
            RemoveNodes(graph, scope, log);
        }

        foreach (Graph graph in scope.Graphs)
        {
            RemoveConstants(graph, scope, log);
        }

        return log.Result;
    }

    private static void RemoveNodes(Graph graph, GraphScope scope, RewriteLog log)
    {
        foreach (Node node in graph.Nodes.Reverse().ToArray())
        {
            if (!log.IsFull && node.Outputs.All(o => o is null || (o.Uses.Count == 0 && !scope.IsOutput(o))))
            {
                log.Rewrote($"removed {node.Label}");
                graph.Remove(node);
            }
        }
    }

    private static void RemoveConstants(Graph graph, GraphScope scope, RewriteLog log)
    {
        foreach (Value value in graph.Initializers.ToArray())
        {
            if (!log.IsFull && value.Uses.Count == 0 && !scope.IsOutput(value) && scope.IsConstant(value))
            {
                log.Rewrote($"removed constant '{value.Name}'");
                graph.Initializers.Remove(value);
                graph.Inputs.Remove(value);
            }
        }
    }
}
