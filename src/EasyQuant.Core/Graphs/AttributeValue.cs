using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>The value of a node's attribute.</summary>
public abstract record AttributeValue
{
    private protected AttributeValue()
    {
    }
}

/// <summary>An integer.</summary>
public sealed record IntAttribute(long Value) : AttributeValue;

/// <summary>A float.</summary>
public sealed record FloatAttribute(float Value) : AttributeValue;

/// <summary>A byte string, text in nearly every operator.</summary>
public sealed record StringAttribute(string Value) : AttributeValue;

/// <summary>A list of integers.</summary>
public sealed record IntsAttribute(IReadOnlyList<long> Values) : AttributeValue;

/// <summary>A list of floats.</summary>
public sealed record FloatsAttribute(IReadOnlyList<float> Values) : AttributeValue;

/// <summary>A list of strings.</summary>
public sealed record StringsAttribute(IReadOnlyList<string> Values) : AttributeValue;

/// <summary>A tensor.</summary>
public sealed record TensorAttribute(Tensor Value) : AttributeValue;

/// <summary>A nested graph: a branch, a loop's body.</summary>
public sealed record GraphAttribute(Graph Value) : AttributeValue;

/// <summary>Several nested graphs.</summary>
public sealed record GraphsAttribute(IReadOnlyList<Graph> Values) : AttributeValue;

/// <summary>The type of a value (operator Optional).</summary>
public sealed record TypeAttribute(ValueType Value) : AttributeValue;

/// <summary>A kind this project does not calculate with (sparse tensors, references inside functions); kept as read.</summary>
/// <param name="Kind">What to call it in messages.</param>
/// <param name="Origin">The importer's own form, given back on writing.</param>
public sealed record OpaqueAttribute(string Kind, object? Origin) : AttributeValue;
