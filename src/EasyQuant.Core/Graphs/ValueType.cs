using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>The declared type of a value: a tensor, a sequence or an optional.</summary>
public abstract record ValueType
{
    private protected ValueType()
    {
    }
}

/// <summary>A dense tensor.</summary>
/// <param name="ElementType">The element type.</param>
/// <param name="Shape">The shape, or nothing where not even the rank is known.</param>
public sealed record TensorValueType(DataType ElementType, SymbolicShape? Shape = null) : ValueType
{
    /// <summary>As in <c>f32[Nx3x224x224]</c>.</summary>
    public override string ToString() => $"{ElementType.ShortName()}[{Shape?.ToString() ?? "?"}]";
}

/// <summary>A list of values of one type.</summary>
/// <param name="ElementType">The type of each element.</param>
public sealed record SequenceValueType(ValueType ElementType) : ValueType
{
    /// <summary>As in <c>sequence(f32[?])</c>.</summary>
    public override string ToString() => $"sequence({ElementType})";
}

/// <summary>A value that may be absent.</summary>
/// <param name="ElementType">The type of the value where there is one.</param>
public sealed record OptionalValueType(ValueType ElementType) : ValueType
{
    /// <summary>As in <c>optional(f32[?])</c>.</summary>
    public override string ToString() => $"optional({ElementType})";
}

/// <summary>A type this project does not calculate with (maps, sparse tensors); kept as its importer read it.</summary>
/// <param name="Name">What to call it in messages.</param>
/// <param name="Origin">The importer's own form, given back on writing.</param>
public sealed record OpaqueValueType(string Name, object? Origin) : ValueType
{
    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
