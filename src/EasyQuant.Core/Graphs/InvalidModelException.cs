namespace EasyQuant.Graphs;

/// <summary>The user's model cannot be used as it is; the message says where, what was expected and what was found.</summary>
public class InvalidModelException : Exception
{
    /// <summary>With this message.</summary>
    public InvalidModelException(string message)
        : base(message)
    {
    }

    /// <summary>With this message and what led to it.</summary>
    public InvalidModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The model may well be right, but asks for what this project does not do; the message says for what, and where.</summary>
public class UnsupportedModelException : InvalidModelException
{
    /// <summary>With this message.</summary>
    public UnsupportedModelException(string message)
        : base(message)
    {
    }

    /// <summary>With this message and what led to it.</summary>
    public UnsupportedModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The model calls an operator that this project does not implement, or not in this form.</summary>
public sealed class UnsupportedOperatorException : UnsupportedModelException
{
    /// <summary>For this node, in this version of its operator set.</summary>
    public UnsupportedOperatorException(Node node, int opset, string? reason = null)
        : base($"{node.Label}: operator {(node.Domain.Length > 0 ? node.Domain + "." : "")}{node.OpType} (opset {opset}) is not supported{(reason is null ? "." : ": " + reason)}")
    {
        OpType = node.OpType;
        NodeName = node.Name;
        Opset = opset;
    }

    /// <summary>The operator.</summary>
    public string OpType { get; }

    /// <summary>The node that calls it.</summary>
    public string NodeName { get; }

    /// <summary>The version of the operator set the model asks for.</summary>
    public int Opset { get; }
}
