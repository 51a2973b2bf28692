using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>What a pass has to know of a whole model before it touches one of its graphs.</summary>
internal sealed class GraphScope
{
    private const int MaximumNesting = 100;
    private readonly Model _model;
    private readonly HashSet<Value> _outputs = [];
    private readonly HashSet<Value> _inputs = [];

    public GraphScope(Model model)
    {
        _model = model;
        Collect(model.Graph, 0);
    }

    /// <summary>The model's graph and the graphs nested in it, each before those inside it.</summary>
    public List<Graph> Graphs { get; } = [];

    /// <summary>Whether a caller, or the node around a nested graph, receives this value.</summary>
    public bool IsOutput(Value value) => _outputs.Contains(value);

    /// <summary>Whether the value is a constant that no caller can replace.</summary>
    /// <remarks>
    /// A constant that is also an input is a default, except in files of an intermediate representation before 4: those
    /// had to list every constant among the inputs.
    /// </remarks>
    public bool IsConstant(Value? value) =>
        value?.Constant is not null && (_model.IrVersion < 4 || !_inputs.Contains(value));

    /// <summary>The one node that reads the value, where nobody else receives it.</summary>
    public Node? OnlyReader(Value value) => value.Uses.Count == 1 && !IsOutput(value) ? value.Uses[0].Node : null;

    private void Collect(Graph graph, int depth)
    {
        if (depth > MaximumNesting)
        {
            throw new InvalidModelException($"Graph '{graph.Name}' lies {depth} graphs deep; at most {MaximumNesting} may be nested.");
        }

        Graphs.Add(graph);
        _outputs.UnionWith(graph.Outputs);
        _inputs.UnionWith(graph.Inputs);
        foreach (Graph nested in graph.Nodes.SelectMany(n => n.Subgraphs))
        {
            Collect(nested, depth + 1);
        }
    }
}
