using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using Google.Protobuf.Collections;
using ValueType = EasyQuant.Graphs.ValueType;

namespace EasyQuant.Onnx.Reading;

/// <summary>Makes a graph of a message: names become values, so that two readers of a name share one object, in nested graphs too.</summary>
/// <remarks>Recursion is as deep as the parser let messages nest: <see cref="OnnxModelReader.MaximumNesting"/>.</remarks>
internal sealed class GraphReader
{
    private readonly TensorReader _tensors;
    private readonly Scope _scope;
    private readonly Graph _graph;
    private readonly GraphOrigin _origin;
    private readonly AttributeReader _attributes;

    private GraphReader(TensorReader tensors, Scope? outer, string name, GraphProto? shell)
    {
        _tensors = tensors;
        _scope = new Scope(outer);
        _origin = new GraphOrigin { Shell = shell };
        _graph = new Graph(name) { Origin = _origin };
        _attributes = new AttributeReader(tensors, (proto, what) => Read(proto, tensors, _scope, what));
    }

    /// <summary>The graph; the message loses its lists and becomes the origin's shell.</summary>
    /// <param name="proto">The message; it is changed.</param>
    /// <param name="tensors">Reads constants.</param>
    /// <param name="outer">The names of the graphs around this one.</param>
    /// <param name="what">What messages call the graph.</param>
    public static Graph Read(GraphProto proto, TensorReader tensors, Scope? outer, string what)
    {
        try
        {
            GraphReader reader = new(tensors, outer, proto.Name, proto);
            reader._graph.DocString = proto.DocString;
            reader.ReadInputs(proto.Input);
            reader.ReadInitializers(proto);
            reader.ReadNodes(proto.Node);
            reader.ReadOutputs(proto.Output);
            reader.ReadValueInfos(proto.ValueInfo);
            reader.ReadAnnotations(proto.QuantizationAnnotation);
            reader.RememberTypes();
            return reader._graph;
        }
        catch (InvalidModelException error) when (outer is not null)
        {
            throw new InvalidModelException($"{what}: {error.Message}", error);
        }
    }

    /// <summary>The body of a function; the message loses its lists and becomes the shell.</summary>
    public static ModelFunction ReadFunction(FunctionProto proto, TensorReader tensors)
    {
        try
        {
            GraphReader reader = new(tensors, null, proto.Name, null);
            reader._graph.DocString = proto.DocString;
            reader._graph.Inputs.AddRange(proto.Input.Select(i => reader._scope.Define(i, "input")));
            reader.ReadNodes(proto.Node);
            reader._graph.Outputs.AddRange(proto.Output.Select(reader.FindOutput));
            reader.ReadValueInfos(proto.ValueInfo);
            reader.RememberTypes();
            proto.Input.Clear();
            proto.Output.Clear();
            return new ModelFunction(OperatorDomain.Normalize(proto.Domain), proto.Name, reader._graph, new FunctionOrigin(proto));
        }
        catch (InvalidModelException error)
        {
            throw new InvalidModelException($"function '{proto.Name}': {error.Message}", error);
        }
    }

    private void ReadInputs(RepeatedField<ValueInfoProto> infos)
    {
        foreach (ValueInfoProto info in infos)
        {
            Value value = _scope.Define(info.Name, "input");
            Declare(value, info);
            ValueOrigin.Of(value).Input = info;
            _graph.Inputs.Add(value);
        }

        infos.Clear();
    }

    private void ReadInitializers(GraphProto proto)
    {
        foreach (TensorProto initializer in proto.Initializer)
        {
            // Before IR version 4 every initializer had to be an input too; since then such an input is a default.
            Value value = _scope.FindLocal(initializer.Name) is { Constant: null } input ? input : _scope.Define(initializer.Name, "initializer");
            TensorOrigin tensor = _tensors.Read(initializer, $"initializer '{initializer.Name}'");
            value.Constant = tensor.Tensor;
            value.Type ??= new TensorValueType(tensor.Tensor.Type, SymbolicShape.Of(tensor.Tensor.Shape));
            ValueOrigin.Of(value).Initializer = tensor;
            _graph.Initializers.Add(value);
        }

        foreach (SparseTensorProto sparse in proto.SparseInitializer)
        {
            Value value = _scope.Define(sparse.Values?.Name ?? "", "sparse initializer");
            value.Type = new OpaqueValueType("sparse tensor", null);
            _origin.SparseInitializers.Add((value, sparse));
        }

        proto.Initializer.Clear();
        proto.SparseInitializer.Clear();
    }

    private void ReadNodes(RepeatedField<NodeProto> nodes)
    {
        foreach (NodeProto node in NodeOrder.Sort(nodes))
        {
            ReadNode(node);
        }

        nodes.Clear();
    }

    private void ReadNode(NodeProto proto)
    {
        string label = NodeLabel.Of(proto);
        if (proto.OpType.Length == 0)
        {
            throw new InvalidModelException($"node '{proto.Name}'{label} names no operator (op_type is empty).");
        }

        Value?[] inputs = [.. proto.Input.Select(name => name.Length == 0 ? null : _scope.Find(name)
            ?? throw new InvalidModelException($"{label} reads '{name}', but no input, initializer or node of this graph or one around it has that name."))];
        OrderedDictionary<string, AttributeOrigin> attributes = [];
        foreach (AttributeProto attribute in proto.Attribute)
        {
            if (!attributes.TryAdd(attribute.Name, _attributes.Read(attribute, label)))
            {
                throw new InvalidModelException($"{label} has attribute '{attribute.Name}' twice.");
            }
        }

        Value?[] outputs = [.. proto.Output.Select(name => name.Length == 0 ? null : _scope.Define(name, $"{label}: output"))];
        Node node = _graph.Add(new Node(proto.OpType, inputs, outputs, proto.Name, OperatorDomain.Normalize(proto.Domain)));
        node.DocString = proto.DocString;
        foreach ((string name, AttributeOrigin attribute) in attributes)
        {
            node.Attributes.Add(name, attribute.Value);
        }

        proto.Input.Clear();
        proto.Output.Clear();
        proto.Attribute.Clear();
        node.Origin = new NodeOrigin(proto, attributes);
    }

    private void ReadOutputs(RepeatedField<ValueInfoProto> infos)
    {
        foreach (ValueInfoProto info in infos)
        {
            Value value = FindOutput(info.Name);
            Declare(value, info);
            ValueOrigin.Of(value).Output = info;
            _graph.Outputs.Add(value);
        }

        infos.Clear();
    }

    private Value FindOutput(string name) =>
        _scope.Find(name) ?? throw new InvalidModelException($"output '{name}': no input, initializer or node of the graph has that name.");

    private void ReadValueInfos(RepeatedField<ValueInfoProto> infos)
    {
        foreach (ValueInfoProto info in infos)
        {
            Value? value = _scope.FindLocal(info.Name);
            if (value is not null)
            {
                Declare(value, info);
            }

            _origin.ValueInfos.Add((value, info));
        }

        infos.Clear();
    }

    private void ReadAnnotations(RepeatedField<TensorAnnotation> annotations)
    {
        _origin.Annotations.AddRange(annotations.Select(a => (_scope.FindLocal(a.TensorName), a)));
        annotations.Clear();
    }

    private static void Declare(Value value, ValueInfoProto info)
    {
        ValueType? type = TypeReader.Read(info.Type, $"value '{info.Name}'");
        value.Type ??= type;
        if (value.DocString.Length == 0)
        {
            value.DocString = info.DocString;
        }
    }

    private void RememberTypes()
    {
        IEnumerable<Value> inner = _origin.ValueInfos.Select(i => i.Value).OfType<Value>();
        foreach (Value value in _graph.Inputs.Concat(_graph.Outputs).Concat(inner))
        {
            ValueOrigin origin = ValueOrigin.Of(value);
            origin.Type = value.Type;
            origin.DocString = value.DocString;
        }
    }
}
