using EasyQuant.Graphs;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Runtime.Prepared;

/// <summary>Which attribute follows. The numbers are part of the format.</summary>
internal enum AttributeKind : byte
{
    Int = 1,
    Float = 2,
    Text = 3,
    Ints = 4,
    Floats = 5,
    Texts = 6,
    Tensor = 7,
    Graph = 8,
    Graphs = 9,
    Type = 10,
}

/// <summary>Which type follows. The numbers are part of the format.</summary>
internal enum TypeKind : byte
{
    None = 0,
    Tensor = 1,
    Sequence = 2,
    Optional = 3,
}

/// <summary>Which extent follows. The numbers are part of the format.</summary>
internal enum DimensionKind : byte
{
    Unknown = 0,
    Number = 1,
    Symbol = 2,
}

/// <summary>The kinds of what a model holds, and what a prepared model cannot hold.</summary>
internal static class PreparedKinds
{
    /// <summary>The kind of an attribute.</summary>
    /// <exception cref="UnsupportedModelException">It is of a kind that only its importer understands.</exception>
    public static AttributeKind Of(AttributeValue attribute, Node node, string name) => attribute switch
    {
        IntAttribute => AttributeKind.Int,
        FloatAttribute => AttributeKind.Float,
        StringAttribute => AttributeKind.Text,
        IntsAttribute => AttributeKind.Ints,
        FloatsAttribute => AttributeKind.Floats,
        StringsAttribute => AttributeKind.Texts,
        TensorAttribute => AttributeKind.Tensor,
        GraphAttribute => AttributeKind.Graph,
        GraphsAttribute => AttributeKind.Graphs,
        TypeAttribute => AttributeKind.Type,
        OpaqueAttribute opaque => throw new UnsupportedModelException($"{node.Label}: attribute '{name}' is a {opaque.Kind}, which prepared models do not hold."),
        _ => throw new InvalidOperationException($"There is no form for {attribute.GetType().Name}."),
    };

    /// <summary>The kind of a type.</summary>
    /// <exception cref="UnsupportedModelException">It is of a kind that only its importer understands.</exception>
    public static TypeKind Of(ValueType? type, string name) => type switch
    {
        null => TypeKind.None,
        TensorValueType => TypeKind.Tensor,
        SequenceValueType => TypeKind.Sequence,
        OptionalValueType => TypeKind.Optional,
        OpaqueValueType opaque => throw new UnsupportedModelException($"'{name}' is a {opaque.Name}, which prepared models do not hold."),
        _ => throw new InvalidOperationException($"There is no form for {type.GetType().Name}."),
    };

    /// <summary>The kind of an extent.</summary>
    public static DimensionKind Of(Dimension dimension) =>
        dimension.Value is not null ? DimensionKind.Number : dimension.Symbol is not null ? DimensionKind.Symbol : DimensionKind.Unknown;
}
