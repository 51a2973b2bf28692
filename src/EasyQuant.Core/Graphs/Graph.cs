using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>Nodes in an order in which they can be computed, the graph's inputs, its outputs and its constants.</summary>
public sealed class Graph
{
    private readonly List<Node> _nodes = [];
    private int _nextName;

    /// <summary>An empty graph.</summary>
    public Graph(string name = "graph") => Name = name;

    /// <summary>The graph's name.</summary>
    public string Name { get; set; }

    /// <summary>Documentation carried by the model.</summary>
    public string DocString { get; set; } = "";

    /// <summary>What a caller feeds. An input that is also among <see cref="Initializers"/> has a default.</summary>
    public List<Value> Inputs { get; } = [];

    /// <summary>What a caller gets.</summary>
    public List<Value> Outputs { get; } = [];

    /// <summary>The constants, each with <see cref="Value.Constant"/> set.</summary>
    public List<Value> Initializers { get; } = [];

    /// <summary>The calls, every one after those it reads from.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What the importer wants to find again when the model is written.</summary>
    public object? Origin { get; set; }

    /// <summary>The inputs that a caller has to feed: those without a default.</summary>
    public IEnumerable<Value> RequiredInputs => Inputs.Where(i => i.Constant is null);

    /// <summary>Adds a node at the end.</summary>
    public Node Add(Node node)
    {
        _nodes.Add(node);
        return node;
    }

    /// <summary>Adds a node before another one.</summary>
    public Node InsertBefore(Node position, Node node)
    {
        _nodes.Insert(IndexOf(position), node);
        return node;
    }

    /// <summary>Adds a node after another one.</summary>
    public Node InsertAfter(Node position, Node node)
    {
        _nodes.Insert(IndexOf(position) + 1, node);
        return node;
    }

    /// <summary>Takes a node out; its inputs forget it and its outputs have no producer any more.</summary>
    public void Remove(Node node)
    {
        _nodes.RemoveAt(IndexOf(node));
        node.Detach();
    }

    /// <summary>Takes out every node for which <paramref name="predicate"/> holds, and returns how many there were.</summary>
    public int RemoveAll(Predicate<Node> predicate)
    {
        List<Node> removed = _nodes.FindAll(predicate);
        if (removed.Count > 0)
        {
            HashSet<Node> set = [.. removed];
            _nodes.RemoveAll(set.Contains);
            removed.ForEach(n => n.Detach());
        }

        return removed.Count;
    }

    /// <summary>Puts the nodes into another order.</summary>
    /// <exception cref="ArgumentException">The new order has other nodes.</exception>
    public void Reorder(IReadOnlyList<Node> order)
    {
        if (order.Count != _nodes.Count || !new HashSet<Node>(order).SetEquals(_nodes))
        {
            throw new ArgumentException("The new order does not hold the same nodes.", nameof(order));
        }

        Node[] copy = [.. order];
        _nodes.Clear();
        _nodes.AddRange(copy);
    }

    /// <summary>Adds a constant.</summary>
    public Value AddConstant(string name, Tensor tensor)
    {
        Value value = new(name, new TensorValueType(tensor.Type, SymbolicShape.Of(tensor.Shape))) { Constant = tensor };
        Initializers.Add(value);
        return value;
    }

    /// <summary>Makes every reader of <paramref name="value"/>, the graph's outputs included, read <paramref name="replacement"/>.</summary>
    /// <remarks>A graph output keeps its name: the replacement takes it over.</remarks>
    public void Replace(Value value, Value replacement)
    {
        value.ReplaceAllUsesWith(replacement);
        int output = Outputs.IndexOf(value);
        if (output >= 0)
        {
            (replacement.Name, value.Name) = (value.Name, replacement.Name);
            replacement.Type ??= value.Type;
            Outputs[output] = replacement;
        }
    }

    /// <summary>A name beginning with <paramref name="stem"/> that no value of this graph has.</summary>
    public string UniqueName(string stem)
    {
        HashSet<string> taken = [.. AllValues().Select(v => v.Name)];
        string name = stem;
        while (taken.Contains(name))
        {
            name = $"{stem}_{++_nextName}";
        }

        return name;
    }

    /// <summary>Inputs, constants and the outputs of nodes, each once.</summary>
    public IEnumerable<Value> AllValues() =>
        Inputs.Concat(Initializers).Concat(_nodes.SelectMany(n => n.Outputs).OfType<Value>()).Distinct();

    private int IndexOf(Node node)
    {
        int index = _nodes.IndexOf(node);
        return index >= 0 ? index : throw new ArgumentException($"{node.Label} is not a node of graph '{Name}'.", nameof(node));
    }
}
