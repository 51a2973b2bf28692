using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>An edge of the graph: a graph input, a constant (initializer), or the output of a node.</summary>
public sealed class Value
{
    private readonly List<Use> _uses = [];

    /// <summary>A value with this name, unique within its graph and the graphs around it.</summary>
    public Value(string name, ValueType? type = null)
    {
        Name = name;
        Type = type;
    }

    /// <summary>The name, unique within its graph.</summary>
    public string Name { get; set; }

    /// <summary>The declared or inferred type.</summary>
    public ValueType? Type { get; set; }

    /// <summary>The type where it is a tensor's.</summary>
    public TensorValueType? TensorType => Type as TensorValueType;

    /// <summary>The element type; undefined where not known.</summary>
    public DataType ElementType => TensorType?.ElementType ?? Constant?.Type ?? DataType.Undefined;

    /// <summary>The declared or inferred shape, or the constant's.</summary>
    public SymbolicShape? Shape => TensorType?.Shape ?? (Constant is { } constant ? SymbolicShape.Of(constant.Shape) : null);

    /// <summary>The node that computes this value; nothing for graph inputs and constants.</summary>
    public Node? Producer { get; internal set; }

    /// <summary>The constant's elements, where the value is an initializer.</summary>
    public Tensor? Constant { get; set; }

    /// <summary>Every place where a node reads this value, nodes of nested graphs included, in the order they were added.</summary>
    public IReadOnlyList<Use> Uses => _uses;

    /// <summary>Documentation carried by the model.</summary>
    public string DocString { get; set; } = "";

    /// <summary>What the importer wants to find again when the model is written.</summary>
    public object? Origin { get; set; }

    internal void AddUse(Node node, int index) => _uses.Add(new Use(node, index));

    internal void RemoveUse(Node node, int index) => _uses.Remove(new Use(node, index));

    /// <summary>Makes every reader of this value read <paramref name="replacement"/>. Graph outputs are not touched.</summary>
    public void ReplaceAllUsesWith(Value replacement)
    {
        foreach (Use use in _uses.ToArray())
        {
            use.Node.SetInput(use.Index, replacement);
        }
    }

    /// <summary>The name and the type.</summary>
    public override string ToString() => $"{Name}: {Type?.ToString() ?? "?"}";
}

/// <summary>One place where a node reads a value.</summary>
/// <param name="Node">The reader.</param>
/// <param name="Index">Which of its inputs.</param>
public readonly record struct Use(Node Node, int Index);
