namespace EasyQuant.Fuzz.Protobuf;

/// <summary>Which fields of ONNX's messages hold messages; what is not listed holds numbers, text or bytes.</summary>
internal static class OnnxSchema
{
    public const string Model = nameof(Model);
    public const string Graph = nameof(Graph);
    public const string Node = nameof(Node);
    public const string Attribute = nameof(Attribute);
    public const string Tensor = nameof(Tensor);
    public const string ValueInfo = nameof(ValueInfo);
    public const string Entry = nameof(Entry);
    public const string Sequence = nameof(Sequence);
    public const string Optional = nameof(Optional);
    private const string Type = nameof(Type);
    private const string TensorType = nameof(TensorType);
    private const string Shape = nameof(Shape);
    private const string Dimension = nameof(Dimension);
    private const string SparseTensor = nameof(SparseTensor);
    private const string Function = nameof(Function);
    private const string OperatorSet = nameof(OperatorSet);

    /// <summary>The message in a field, or nothing where it holds none.</summary>
    public static string? MessageIn(string message, int field) => (message, field) switch
    {
        (Model, 7) or (Attribute, 6 or 11) => Graph,
        (Model, 8) or (Function, 9) => OperatorSet,
        (Model, 14) or (Tensor, 13) => Entry,
        (Model, 25) => Function,
        (Graph, 1) or (Function, 7) => Node,
        (Graph, 5) or (Attribute, 5 or 10) or (SparseTensor, 1 or 2) or (Sequence or Optional, 3) => Tensor,
        (Graph, 11 or 12 or 13) or (Function, 12) => ValueInfo,
        (Graph, 15) or (Attribute, 22 or 23) => SparseTensor,
        (Node, 5) or (Function, 11) => Attribute,
        (Attribute, 14 or 15) or (ValueInfo, 2) or (TensorType, 1) => Type,
        (Type, 1 or 4 or 8 or 9) => TensorType,
        (TensorType, 2) => Shape,
        (Shape, 1) => Dimension,
        (Sequence or Optional, 5) => Sequence,
        (Sequence or Optional, 7) => Optional,
        _ => null,
    };
}
