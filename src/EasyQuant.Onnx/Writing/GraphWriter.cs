using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;

namespace EasyQuant.Onnx.Writing;

/// <summary>Makes a message of a graph, and checks that every name in it will be read as the value that is meant.</summary>
/// <remarks>A field is set only where it differs: absent and present-but-empty are two things, and stay what they were.</remarks>
internal sealed class GraphWriter
{
    private readonly Graph _graph;
    private readonly GraphOrigin _origin;
    private readonly Scope _scope;
    private readonly ExternalDataFile? _external;
    private readonly AttributeWriter _attributes;

    private GraphWriter(Graph graph, Scope? outer, ExternalDataFile? external)
    {
        _graph = graph;
        _origin = graph.Origin as GraphOrigin ?? new GraphOrigin();
        _scope = new Scope(outer);
        _external = external;
        _attributes = new AttributeWriter(nested => Write(nested, _scope, external, declareInitializers: false));
    }

    /// <summary>The message of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="outer">The names of the graphs around it.</param>
    /// <param name="external">Where large constants go.</param>
    /// <param name="declareInitializers">Whether every constant is to be an input too, as IR versions below 4 demand.</param>
    /// <exception cref="InvalidModelException">A name would stand for another value than is meant.</exception>
    public static GraphProto Write(Graph graph, Scope? outer, ExternalDataFile? external, bool declareInitializers)
    {
        GraphWriter writer = new(graph, outer, external);
        GraphProto proto = writer._origin.Shell?.Clone() ?? new GraphProto { Name = graph.Name };
        if (proto.Name != graph.Name)
        {
            proto.Name = graph.Name;
        }

        if (proto.DocString != graph.DocString)
        {
            proto.DocString = graph.DocString;
        }

        proto.Input.AddRange(writer.Inputs(declareInitializers));
        proto.Initializer.AddRange(graph.Initializers.Select(writer.Initializer));
        proto.SparseInitializer.AddRange(writer._origin.SparseInitializers.Select(s => writer.SparseInitializer(s.Value, s.Proto)));
        proto.Node.AddRange(graph.Nodes.Select(writer.Node));
        proto.Output.AddRange(graph.Outputs.Select(o => ValueInfoWriter.Write(writer.Output(o), (o.Origin as ValueOrigin)?.Output)));
        proto.ValueInfo.AddRange(writer.ValueInfos());
        proto.QuantizationAnnotation.AddRange(writer.Annotations());
        return proto;
    }

    /// <summary>Puts a function's body into its message.</summary>
    public static void WriteFunctionBody(Graph body, FunctionProto proto)
    {
        if (body.Initializers.Count > 0)
        {
            throw new InvalidModelException(
                $"function '{proto.Name}': its body has the constant '{body.Initializers[0].Name}', but functions hold none. Make it a Constant node.");
        }

        GraphWriter writer = new(body, null, null);
        foreach (Value input in body.Inputs)
        {
            writer._scope.Add(input, "input");
            proto.Input.Add(input.Name);
        }

        proto.Node.AddRange(body.Nodes.Select(writer.Node));
        proto.Output.AddRange(body.Outputs.Select(o => writer.Output(o).Name));
        proto.ValueInfo.AddRange(writer.ValueInfos());
    }

    private IEnumerable<ValueInfoProto> Inputs(bool declareInitializers)
    {
        IEnumerable<Value> undeclared = declareInitializers ? _graph.Initializers.Except(_graph.Inputs) : [];
        foreach (Value input in _graph.Inputs.Concat(undeclared))
        {
            _scope.Add(input, "input");
            yield return ValueInfoWriter.Write(input, (input.Origin as ValueOrigin)?.Input);
        }
    }

    private TensorProto Initializer(Value value)
    {
        if (_scope.FindLocal(value.Name) != value)
        {
            _scope.Add(value, "initializer");
        }

        if (value.Constant is not { } tensor)
        {
            throw new InvalidModelException($"initializer '{value.Name}' has no elements. Set its Constant or remove it.");
        }

        TensorProto proto = TensorWriter.Write(tensor, (value.Origin as ValueOrigin)?.Initializer, _external);
        proto.Name = value.Name;
        return proto;
    }

    private SparseTensorProto SparseInitializer(Value value, SparseTensorProto read)
    {
        _scope.Add(value, "sparse initializer");
        SparseTensorProto proto = read.Clone();
        proto.Values.Name = value.Name;
        return proto;
    }

    private NodeProto Node(Node node)
    {
        NodeOrigin? origin = node.Origin as NodeOrigin;
        NodeProto proto = origin?.Shell.Clone() ?? new NodeProto();
        if (proto.Name != node.Name)
        {
            proto.Name = node.Name;
        }

        if (proto.OpType != node.OpType)
        {
            proto.OpType = node.OpType;
        }

        if (OperatorDomain.Normalize(proto.Domain) != node.Domain)
        {
            proto.Domain = node.Domain;
        }

        if (proto.DocString != node.DocString)
        {
            proto.DocString = node.DocString;
        }

        proto.Input.AddRange(node.Inputs.Select(i => i is null ? "" : Visible(i, node.Label).Name));
        foreach ((string name, AttributeValue value) in node.Attributes)
        {
            proto.Attribute.Add(_attributes.Write(name, value, origin?.Attributes.GetValueOrDefault(name)));
        }

        foreach (Value? output in node.Outputs)
        {
            if (output is not null)
            {
                _scope.Add(output, $"{node.Label}: output");
            }

            proto.Output.Add(output?.Name ?? "");
        }

        return proto;
    }

    private Value Output(Value value) => Visible(value, $"the outputs of graph '{_graph.Name}'");

    private Value Visible(Value value, string reader)
    {
        Value? named = _scope.Find(value.Name);
        return named == value ? value : throw new InvalidModelException(
            $"'{value.Name}' is read by {reader}, but {(named is null ? "nothing before defines it" : "another value of that name stands before")}.");
    }

    private IEnumerable<ValueInfoProto> ValueInfos()
    {
        HashSet<Value> written = [.. _graph.Inputs, .. _graph.Outputs];
        foreach ((Value? value, ValueInfoProto read) in _origin.ValueInfos)
        {
            if (value is null)
            {
                yield return read.Clone();
            }
            else if (_scope.FindLocal(value.Name) == value)
            {
                written.Add(value);
                yield return ValueInfoWriter.Write(value, read);
            }
        }

        foreach (Value value in _graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>())
        {
            // A type that was read from a declaration elsewhere is not new.
            if (value.Type is not null && !ReferenceEquals(value.Type, (value.Origin as ValueOrigin)?.Type) && written.Add(value))
            {
                yield return ValueInfoWriter.Write(value, null);
            }
        }
    }

    private IEnumerable<TensorAnnotation> Annotations()
    {
        foreach ((Value? value, TensorAnnotation read) in _origin.Annotations)
        {
            if (value is not null && _scope.FindLocal(value.Name) != value)
            {
                continue;
            }

            TensorAnnotation annotation = read.Clone();
            annotation.TensorName = value?.Name ?? read.TensorName;
            yield return annotation;
        }
    }
}
