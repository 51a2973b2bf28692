using EasyQuant.Graphs;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Runtime.Prepared;

/// <summary>Reads what <see cref="GraphWriter"/> wrote, and makes sure, value by value, that it is sound as <see cref="GraphVerifier"/> means it.</summary>
internal sealed class GraphReader(StructureReader structure)
{
    /// <summary>How deep graphs and types may nest.</summary>
    private const int MaximumNesting = 32;

    // Those of the graphs around come first.
    private readonly List<Value> _values = [];
    private readonly HashSet<string> _names = [];

    // What has been fed, is constant or has been computed by the node that is read.
    private readonly HashSet<Value> _known = [];
    private int _nesting;

    /// <exception cref="InvalidModelException">It is no graph.</exception>
    public Graph Read() => Nest(ReadGraph);

    private Graph ReadGraph()
    {
        Graph graph = new(structure.Text());
        int outer = _values.Count;
        _values.AddRange(structure.List(() => new Value(ReadNewName(), ReadType())));
        graph.Initializers.AddRange(structure.List(() => ReadConstant(outer)));
        graph.Inputs.AddRange(structure.List(() => ReadInput(outer)));
        Array.ForEach(structure.List(() => ReadNode(outer)), n => graph.Add(n));
        graph.Outputs.AddRange(structure.List(() => Known(structure.Index(_values.Count, "value"))));
        foreach (Value value in _values.Skip(outer))
        {
            _names.Remove(value.Name);
            _known.Remove(value);
        }

        _values.RemoveRange(outer, _values.Count - outer);
        return graph;
    }

    private string ReadNewName()
    {
        string name = structure.Text();
        return name.Length > 0 && _names.Add(name) ? name : throw structure.Damaged($"two values have the name '{name}'");
    }

    private Value ReadConstant(int outer)
    {
        Value value = ReadOwn(outer);
        value.Constant = structure.Tensor();
        bool fits = value.TensorType is not { } type || (type.ElementType == value.Constant.Type && (type.Shape?.ToStatic() is not { } shape || shape == value.Constant.Shape));
        return _known.Add(value) && fits ? value : throw structure.Damaged($"constant '{value.Name}' is given twice, or declared {value.Type} and {value.Constant}");
    }

    // An input that is a constant too has a default.
    private Value ReadInput(int outer)
    {
        Value value = ReadOwn(outer);
        return _known.Add(value) || value.Constant is not null ? value : throw structure.Damaged($"input '{value.Name}' is there twice");
    }

    private Node ReadNode(int outer)
    {
        (string opType, string domain, string name) = (structure.Text(), structure.Text(), structure.Text());
        Node node = new(opType, structure.List(() => ReadOptional(Known)), [], name, domain);
        structure.List(() =>
        {
            string attribute = structure.Text();
            return node.Attributes.TryAdd(attribute, ReadAttribute()) ? attribute : throw structure.Damaged($"{opType} '{name}' has attribute '{attribute}' twice");
        });
        Array.ForEach(structure.List(() => ReadOptional(number => TakeNew(number, outer))), node.AddOutput);
        return node;
    }

    private AttributeValue ReadAttribute()
    {
        byte kind = structure.Byte();
        return (AttributeKind)kind switch
        {
            AttributeKind.Int => new IntAttribute(structure.Signed()),
            AttributeKind.Float => new FloatAttribute(structure.Real()),
            AttributeKind.Text => new StringAttribute(structure.Text()),
            AttributeKind.Ints => new IntsAttribute(structure.List(structure.Signed)),
            AttributeKind.Floats => new FloatsAttribute(structure.List(structure.Real)),
            AttributeKind.Texts => new StringsAttribute(structure.List(structure.Text)),
            AttributeKind.Tensor => new TensorAttribute(structure.Tensor()),
            AttributeKind.Graph => new GraphAttribute(Nest(ReadGraph)),
            AttributeKind.Graphs => new GraphsAttribute(structure.List(() => Nest(ReadGraph))),
            AttributeKind.Type => new TypeAttribute(ReadType() ?? throw structure.Damaged("an attribute's type is none")),
            _ => throw structure.Damaged($"{kind} is no kind of attribute"),
        };
    }

    private ValueType? ReadType()
    {
        byte kind = structure.Byte();
        return (TypeKind)kind switch
        {
            TypeKind.None => null,
            TypeKind.Tensor => new TensorValueType(structure.ElementType(), structure.Index(2, "flag") == 0 ? null : new SymbolicShape(structure.List(ReadDimension))),
            TypeKind.Sequence => new SequenceValueType(ReadElementType()),
            TypeKind.Optional => new OptionalValueType(ReadElementType()),
            _ => throw structure.Damaged($"{kind} is no kind of type"),
        };
    }

    private ValueType ReadElementType() => Nest(ReadType) ?? throw structure.Damaged("an element's type is none");

    private Dimension ReadDimension()
    {
        byte kind = structure.Byte();
        return (DimensionKind)kind switch
        {
            DimensionKind.Unknown => Dimension.Unknown,
            DimensionKind.Number => structure.Extent(),
            DimensionKind.Symbol => new Dimension(null, structure.Text()),
            _ => throw structure.Damaged($"{kind} is no kind of extent"),
        };
    }

    private Value ReadOwn(int outer) => Own(structure.Index(_values.Count, "value"), outer);

    private Value Own(int number, int outer) =>
        number >= outer ? _values[number] : throw structure.Damaged($"value '{_values[number].Name}' is given although it belongs to a graph around");

    private Value Known(int number) =>
        _known.Contains(_values[number]) ? _values[number] : throw structure.Damaged($"value '{_values[number].Name}' is read before it is computed");

    private Value TakeNew(int number, int outer)
    {
        Value value = Own(number, outer);
        return _known.Add(value) ? value : throw structure.Damaged($"value '{value.Name}' is computed twice");
    }

    private Value? ReadOptional(Func<int, Value> take)
    {
        int number = structure.Index(_values.Count + 1, "value");
        return number == 0 ? null : take(number - 1);
    }

    private T Nest<T>(Func<T> read)
    {
        if (++_nesting > MaximumNesting)
        {
            throw structure.Damaged($"graphs and types nest more than {MaximumNesting} deep");
        }

        T result = read();
        _nesting--;
        return result;
    }
}
