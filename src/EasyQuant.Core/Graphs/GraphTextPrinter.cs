using System.Text;
using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>Writes the text of <see cref="GraphText"/>.</summary>
internal sealed class GraphTextPrinter
{
    private readonly int _maximumElements;
    private readonly StringBuilder _text = new();

    public GraphTextPrinter(int maximumElements) => _maximumElements = maximumElements;

    public string Print(Graph graph)
    {
        PrintGraph(graph, "");
        return _text.ToString();
    }

    private void PrintGraph(Graph graph, string indent)
    {
        HashSet<Value> written = [.. graph.Inputs];
        HashSet<Node> nodes = [.. graph.Nodes];
        HashSet<Value> initializers = [.. graph.Initializers];
        string inputs = string.Join(", ", graph.Inputs.Select(Declaration));
        string outputs = string.Join(", ", graph.Outputs.Select(o => Name(o.Name)));
        _text.Append(indent).Append('(').Append(inputs).Append(") => (").Append(outputs).Append(")\n");

        foreach (Value initializer in graph.Initializers)
        {
            // What a nested graph reads, or nobody does, cannot be declared at its first reader.
            bool inline = initializer.Uses.Count > 0 && initializer.Uses.All(u => nodes.Contains(u.Node));
            if (!inline && written.Add(initializer))
            {
                _text.Append(indent).Append(Declaration(initializer)).Append('\n');
            }
        }

        foreach (Node node in graph.Nodes)
        {
            _text.Append(indent).AppendJoin(", ", node.Outputs.Select(o => o is null ? "_" : Name(o.Name) + Type(o)));
            _text.Append(" = ").Append(node.Domain.Length > 0 ? Name(node.Domain) + "::" : "").Append(Name(node.OpType));
            if (node.Name.Length > 0)
            {
                _text.Append(' ').Append(Quoted(node.Name, '"')).Append(' ');
            }

            PrintAttributes(node, indent);
            string arguments = string.Join(", ", node.Inputs.Select(i => i switch
            {
                null => "_",
                _ when initializers.Contains(i) && written.Add(i) => Declaration(i),
                _ => Name(i.Name),
            }));
            _text.Append('(').Append(arguments).Append(")\n");
        }
    }

    private void PrintAttributes(Node node, string indent)
    {
        string separator = "<";
        foreach ((string name, AttributeValue value) in node.Attributes)
        {
            _text.Append(separator).Append(Name(name)).Append('=');
            PrintAttribute(value, indent);
            separator = ", ";
        }

        _text.Append(node.Attributes.Count > 0 ? ">" : "");
    }

    private void PrintAttribute(AttributeValue attribute, string indent)
    {
        switch (attribute)
        {
            case IntAttribute number:
                _text.Append(number.Value);
                break;
            case FloatAttribute number:
                _text.Append(Real(number.Value));
                break;
            case StringAttribute text:
                _text.Append(Quoted(text.Value, '"'));
                break;
            case IntsAttribute list:
                _text.Append('[').AppendJoin(',', list.Values).Append(']');
                break;
            case FloatsAttribute list:
                _text.Append('[').AppendJoin(',', list.Values.Select(Real)).Append(']');
                break;
            case StringsAttribute list:
                _text.Append('[').AppendJoin(',', list.Values.Select(v => Quoted(v, '"'))).Append(']');
                break;
            case TensorAttribute tensor:
                _text.Append(Type(tensor.Value.Type, SymbolicShape.Of(tensor.Value.Shape))).Append(Elements(tensor.Value));
                break;
            case GraphAttribute graph:
                PrintNested(graph.Value, indent);
                break;
            case GraphsAttribute graphs:
                _text.Append('[');
                for (int i = 0; i < graphs.Values.Count; i++)
                {
                    _text.Append(i > 0 ? ", " : "");
                    PrintNested(graphs.Values[i], indent);
                }

                _text.Append(']');
                break;
            case TypeAttribute type:
                _text.Append('`').Append(type.Value).Append('`');
                break;
            case OpaqueAttribute opaque:
                _text.Append('`').Append(opaque.Kind).Append('`');
                break;
        }
    }

    private void PrintNested(Graph graph, string indent)
    {
        _text.Append("{\n");
        PrintGraph(graph, indent + "    ");
        _text.Append(indent).Append('}');
    }

    private string Declaration(Value value) =>
        Name(value.Name) + Type(value) + (value.Constant is { } constant ? Elements(constant) : "");

    private string Elements(Tensor tensor)
    {
        if (tensor.Type == DataType.String)
        {
            return $"{{{string.Join(',', tensor.Strings.Select(s => Quoted(s, '"')))}}}";
        }

        if (tensor.Count > _maximumElements && Bounds(tensor) is { } bounds)
        {
            return bounds;
        }

        return GraphTextElements.Print(tensor) is { } elements ? $"{{{string.Join(',', elements)}}}" : "";
    }

    private static string? Bounds(Tensor tensor)
    {
        if (GraphTextElements.Print(tensor) is not { } elements)
        {
            return null;
        }

        double[] numbers = Array.ConvertAll(elements, GraphTextElements.ParseReal<double>);
        return $"{{{elements[Array.IndexOf(numbers, numbers.Min())]}..{elements[Array.IndexOf(numbers, numbers.Max())]}}}";
    }

    private static string Type(Value value) => value switch
    {
        { TensorType: { } type } => ": " + Type(type.ElementType, type.Shape),
        { Constant: { } constant } => ": " + Type(constant.Type, SymbolicShape.Of(constant.Shape)),
        _ => "",
    };

    private static string Type(DataType type, SymbolicShape? shape) =>
        type.ShortName() + (shape is null ? "" : $"[{string.Join(',', shape.Dimensions.Select(d => d.Value is null && d.Symbol is { } s ? Name(s) : d.ToString()))}]");

    private static string Real(float number)
    {
        string text = GraphTextElements.Text(number);
        return text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text;
    }

    private static string Name(string name) => GraphTextLexer.IsPlainName(name) ? name : Quoted(name, '`');

    private static string Quoted(string text, char quote)
    {
        string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace(quote.ToString(), "\\" + quote, StringComparison.Ordinal);
        return quote + escaped + quote;
    }
}
