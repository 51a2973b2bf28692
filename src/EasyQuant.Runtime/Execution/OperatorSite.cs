using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>What an operator is made from: the node, the version of its operator set, and the inputs that never change.</summary>
public sealed class OperatorSite
{
    private readonly Func<Value, Tensor?> _constantOf;
    private readonly Func<string, int> _opsetOf;

    internal OperatorSite(Node node, Func<string, int> opsetOf, Func<Value, Tensor?> constantOf, CopyBudget copies)
    {
        Node = node;
        Opset = opsetOf(node.Domain);
        _opsetOf = opsetOf;
        _constantOf = constantOf;
        Copies = copies;
    }

    /// <summary>The node.</summary>
    public Node Node { get; }

    /// <summary>The version of the operator set that the node's domain has in this model.</summary>
    public int Opset { get; }

    /// <summary>The version of a domain's operator set in this model.</summary>
    internal int OpsetOf(string domain) => _opsetOf(domain);

    /// <summary>The input at <paramref name="index"/> where it is known beforehand.</summary>
    public Tensor? Constant(int index) => Node.InputOrDefault(index) is { } value ? _constantOf(value) : null;

    /// <summary>What copies of constants may take.</summary>
    internal CopyBudget Copies { get; }

    /// <summary>What is known beforehand of any value.</summary>
    internal Tensor? Constant(Value value) => _constantOf(value);

    /// <summary>The exception for a form of this operator that is not implemented.</summary>
    public UnsupportedOperatorException Unsupported(string reason) => new(Node, Opset, reason);
}
