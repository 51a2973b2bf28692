using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;

namespace EasyQuant.Onnx.Reading;

/// <summary>Puts nodes into an order in which each stands after those it reads from; nodes already in such an order stay where they are.</summary>
/// <remarks>ONNX demands such an order; some writers do not keep to it. What nested graphs read from outside counts as read by their node.</remarks>
internal static class NodeOrder
{
    /// <summary>The nodes in order.</summary>
    /// <exception cref="InvalidModelException">Nodes read from each other in a circle.</exception>
    public static IReadOnlyList<NodeProto> Sort(IReadOnlyList<NodeProto> nodes)
    {
        Dictionary<string, int> producers = new(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Output)
            {
                producers.TryAdd(output, i);
            }
        }

        producers.Remove("");
        List<NodeProto> sorted = new(nodes.Count);
        State[] states = new State[nodes.Count];
        Stack<(int Node, IEnumerator<string> Reads)> path = new();
        for (int start = 0; start < nodes.Count; start++)
        {
            Enter(start);
            while (path.TryPeek(out (int Node, IEnumerator<string> Reads) top))
            {
                if (!top.Reads.MoveNext())
                {
                    states[top.Node] = State.Done;
                    sorted.Add(nodes[top.Node]);
                    path.Pop();
                }
                else if (producers.TryGetValue(top.Reads.Current, out int producer))
                {
                    Enter(producer);
                }
            }
        }

        return sorted;

        void Enter(int node)
        {
            if (states[node] == State.Open)
            {
                throw new InvalidModelException($"{NodeLabel.Of(nodes[node])} reads, by way of other nodes, what it computes itself. A graph may have no cycles.");
            }

            if (states[node] == State.Unseen)
            {
                states[node] = State.Open;
                path.Push((node, Reads(nodes[node]).GetEnumerator()));
            }
        }
    }

    private static IEnumerable<string> Reads(NodeProto node) =>
        node.Input.Concat(node.Attribute.SelectMany(a => a.Graphs.Append(a.G)).Where(g => g is not null).SelectMany(ReadsFromOutside));

    private static HashSet<string> ReadsFromOutside(GraphProto graph)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        names.UnionWith(graph.Node.SelectMany(Reads));
        names.UnionWith(graph.Output.Select(o => o.Name));
        names.ExceptWith(graph.Node.SelectMany(n => n.Output));
        names.ExceptWith(graph.Input.Select(i => i.Name));
        names.ExceptWith(graph.Initializer.Select(i => i.Name));
        names.ExceptWith(graph.SparseInitializer.Select(i => i.Values?.Name ?? ""));
        return names;
    }

    private enum State
    {
        Unseen,
        Open,
        Done,
    }
}

/// <summary>What messages call a node that has not been read yet.</summary>
internal static class NodeLabel
{
    /// <summary>As <see cref="Node.Label"/>.</summary>
    public static string Of(NodeProto proto) =>
        proto.Name.Length > 0 ? $"{proto.OpType} '{proto.Name}'" : $"{proto.OpType} computing '{proto.Output.FirstOrDefault(o => o.Length > 0)}'";
}
