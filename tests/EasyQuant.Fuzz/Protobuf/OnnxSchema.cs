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

    private static readonly Dictionary<(string Message, int Field), string> s_messages = new()
    {
        [(Model, 7)] = Graph, [(Model, 8)] = OperatorSet, [(Model, 14)] = Entry, [(Model, 25)] = Function,
        [(Graph, 1)] = Node, [(Graph, 5)] = Tensor, [(Graph, 11)] = ValueInfo, [(Graph, 12)] = ValueInfo, [(Graph, 13)] = ValueInfo, [(Graph, 15)] = SparseTensor,
        [(Node, 5)] = Attribute,
        [(Attribute, 5)] = Tensor, [(Attribute, 6)] = Graph, [(Attribute, 10)] = Tensor, [(Attribute, 11)] = Graph, [(Attribute, 14)] = Type, [(Attribute, 15)] = Type,
        [(Attribute, 22)] = SparseTensor, [(Attribute, 23)] = SparseTensor,
        [(ValueInfo, 2)] = Type,
        [(Type, 1)] = TensorType, [(Type, 4)] = TensorType, [(Type, 8)] = TensorType, [(Type, 9)] = TensorType,
        [(TensorType, 1)] = Type, [(TensorType, 2)] = Shape,
        [(Shape, 1)] = Dimension,
        [(Tensor, 13)] = Entry, [(SparseTensor, 1)] = Tensor, [(SparseTensor, 2)] = Tensor,
        [(Function, 7)] = Node, [(Function, 9)] = OperatorSet, [(Function, 11)] = Attribute, [(Function, 12)] = ValueInfo,
        [(Sequence, 3)] = Tensor, [(Sequence, 5)] = Sequence, [(Sequence, 7)] = Optional,
        [(Optional, 3)] = Tensor, [(Optional, 5)] = Sequence, [(Optional, 7)] = Optional,
    };

    /// <summary>The message in a field, or nothing where it holds none.</summary>
    public static string? MessageIn(string message, int field) => s_messages.GetValueOrDefault((message, field));
}
