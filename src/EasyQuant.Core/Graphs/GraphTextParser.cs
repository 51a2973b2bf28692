using System.Globalization;
using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>Reads the text of <see cref="GraphText"/> by recursive descent.</summary>
internal sealed class GraphTextParser
{
    private const int MaximumNesting = 32;

    private readonly GraphTokenReader _tokens;
    private readonly GraphTextTensors _tensors;
    private readonly SortedSet<string> _domains = new(StringComparer.Ordinal);
    private readonly List<Dictionary<string, Value>> _scopes = [];

    public GraphTextParser(string text, int seed)
    {
        _tokens = new GraphTokenReader(text);
        _tensors = new GraphTextTensors(_tokens, seed);
    }

    public Model ParseModel(int opset)
    {
        Model model = new(ParseGraph("graph"));
        _tokens.Expect(_tokens.Current.Kind == GraphTokenKind.End, "a statement or the end of the text");
        model.OpsetImports[""] = opset;
        foreach (string domain in _domains)
        {
            model.OpsetImports[domain] = 1;
        }

        return model;
    }

    private Graph ParseGraph(string name)
    {
        _tokens.Expect(_scopes.Count < MaximumNesting, $"at most {MaximumNesting} graphs inside each other");
        Graph graph = new(name);
        Dictionary<string, Value> scope = new(StringComparer.Ordinal);
        _scopes.Add(scope);

        foreach ((string inputName, ValueType? type, Tensor? elements) in ParseHeaderList())
        {
            Value input = Declare(new Value(inputName, type) { Constant = elements });
            graph.Inputs.Add(input);
            if (elements is not null)
            {
                graph.Initializers.Add(input);
            }
        }

        _tokens.ExpectMark("=>");
        GraphToken outputsAt = _tokens.Current;
        List<(string Name, ValueType? Type, Tensor? Elements)> outputs = ParseHeaderList();
        while (_tokens.Current.Kind == GraphTokenKind.Name)
        {
            ParseStatement(graph);
        }

        foreach ((string outputName, ValueType? type, Tensor? elements) in outputs)
        {
            Value output = Find(outputName) ?? throw GraphTokenReader.Error(outputsAt, $"output '{outputName}' is computed by no statement");
            output.Type ??= type;
            graph.Outputs.Add(output);
        }

        _scopes.RemoveAt(_scopes.Count - 1);
        return graph;
    }

    private List<(string Name, ValueType? Type, Tensor? Elements)> ParseHeaderList()
    {
        List<(string Name, ValueType? Type, Tensor? Elements)> values = [];
        _tokens.ExpectMark("(");
        while (!_tokens.TakeMark(")"))
        {
            string name = _tokens.TakeName();
            TensorValueType? type = _tokens.TakeMark(":") ? _tensors.ParseType() : null;
            values.Add((name, type, _tokens.Current.IsMark("{") ? _tensors.ParseElements(type) : null));
            _tokens.Expect(_tokens.TakeMark(",") || _tokens.Current.IsMark(")"), "',' or ')'");
        }

        return values;
    }

    private void ParseStatement(Graph graph)
    {
        GraphToken start = _tokens.Current;
        List<Value?> results = [];
        do
        {
            string name = _tokens.TakeName();
            if (name == "_")
            {
                results.Add(null);
                continue;
            }

            TensorValueType? type = _tokens.TakeMark(":") ? _tensors.ParseType() : null;
            if (type is not null && results.Count == 0 && !_tokens.Current.IsMark(",") && !_tokens.Current.IsMark("="))
            {
                AddInitializer(graph, name, type);
                return;
            }

            results.Add(new Value(name, type));
        }
        while (_tokens.TakeMark(","));

        _tokens.ExpectMark("=");
        Node node = ParseCall(graph, results, start);
        foreach (Value? result in results)
        {
            if (result is not null)
            {
                Declare(result);
            }
        }

        graph.Add(node);
    }

    private Node ParseCall(Graph graph, List<Value?> results, GraphToken start)
    {
        string opType = _tokens.TakeName();
        string domain = "";
        if (_tokens.TakeMark(":"))
        {
            _tokens.ExpectMark(":");
            (domain, opType) = (opType, _tokens.TakeName());
            _domains.Add(domain);
        }

        string nodeName = _tokens.Current.Kind == GraphTokenKind.String ? _tokens.Take().Text : "";
        OrderedDictionary<string, AttributeValue> attributes = [];
        if (_tokens.TakeMark("<"))
        {
            while (!_tokens.TakeMark(">"))
            {
                string attribute = _tokens.TakeName();
                _tokens.ExpectMark("=");
                attributes[attribute] = ParseAttribute();
                _tokens.Expect(_tokens.TakeMark(",") || _tokens.Current.IsMark(">"), "',' or '>'");
            }
        }

        List<Value?> arguments = [];
        _tokens.ExpectMark("(");
        while (!_tokens.TakeMark(")"))
        {
            arguments.Add(ParseArgument(graph));
            _tokens.Expect(_tokens.TakeMark(",") || _tokens.Current.IsMark(")"), "',' or ')'");
        }

        if (results.Count == 0)
        {
            throw GraphTokenReader.Error(start, "a call needs a result");
        }

        Node node = new(opType, arguments, results, nodeName, domain);
        foreach ((string attribute, AttributeValue value) in attributes)
        {
            node.Attributes[attribute] = value;
        }

        return node;
    }

    private Value? ParseArgument(Graph graph)
    {
        GraphToken start = _tokens.Current;
        if (_tensors.IsAtTypeWithShapeOrElements)
        {
            TensorValueType type = _tensors.ParseType();
            return AddInitializer(graph, graph.UniqueName("constant"), type);
        }

        string name = _tokens.TakeName();
        if (name == "_")
        {
            return null;
        }

        if (!_tokens.TakeMark(":"))
        {
            return Find(name) ?? throw GraphTokenReader.Error(start, $"'{name}' is not known here. Give it a type to make it an initializer, as in '{name}: f32[4]'");
        }

        return AddInitializer(graph, name, _tensors.ParseType());
    }

    private Value AddInitializer(Graph graph, string name, TensorValueType type)
    {
        Value value = Declare(new Value(name) { Constant = _tensors.ParseElements(type) });
        value.Type = new TensorValueType(type.ElementType, SymbolicShape.Of(value.Constant!.Shape));
        graph.Initializers.Add(value);
        return value;
    }

    private AttributeValue ParseAttribute()
    {
        if (_tokens.Current.Kind == GraphTokenKind.String)
        {
            return new StringAttribute(_tokens.Take().Text);
        }

        if (_tokens.Current.Kind == GraphTokenKind.Number)
        {
            GraphToken token = _tokens.Take();
            return IsInteger(token) ? new IntAttribute(ParseLong(token)) : new FloatAttribute(ParseFloat(token));
        }

        if (_tokens.TakeMark("["))
        {
            return ParseListAttribute();
        }

        if (_tokens.TakeMark("{"))
        {
            Graph nested = ParseGraph("nested");
            _tokens.ExpectMark("}");
            return new GraphAttribute(nested);
        }

        return new TensorAttribute(_tensors.ParseElements(_tensors.ParseType()));
    }

    private AttributeValue ParseListAttribute()
    {
        List<AttributeValue> items = [];
        while (!_tokens.TakeMark("]"))
        {
            _tokens.Expect(!_tokens.Current.IsMark("["), "a number, a text or a graph: a list attribute holds no lists");
            items.Add(ParseAttribute());
            _tokens.Expect(_tokens.TakeMark(",") || _tokens.Current.IsMark("]"), "',' or ']'");
        }

        return items switch
        {
            _ when items.All(i => i is IntAttribute) => new IntsAttribute([.. items.Cast<IntAttribute>().Select(i => i.Value)]),
            _ when items.All(i => i is StringAttribute) => new StringsAttribute([.. items.Cast<StringAttribute>().Select(i => i.Value)]),
            _ when items.All(i => i is GraphAttribute) => new GraphsAttribute([.. items.Cast<GraphAttribute>().Select(i => i.Value)]),
            _ when items.All(i => i is IntAttribute or FloatAttribute) => new FloatsAttribute(
                [.. items.Select(i => i is FloatAttribute f ? f.Value : ((IntAttribute)i).Value)]),
            _ => throw GraphTokenReader.Error(_tokens.Current, "the items of a list attribute are of different kinds"),
        };
    }

    private Value Declare(Value value)
    {
        if (Find(value.Name) is not null)
        {
            throw GraphTokenReader.Error(_tokens.Current, $"'{value.Name}' is declared twice");
        }

        _scopes[^1].Add(value.Name, value);
        return value;
    }

    private Value? Find(string name)
    {
        for (int i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].TryGetValue(name, out Value? value))
            {
                return value;
            }
        }

        return null;
    }

    private static bool IsInteger(GraphToken token) => token.Text.All(c => char.IsAsciiDigit(c) || c == '-');

    private static long ParseLong(GraphToken token) =>
        long.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw GraphTokenReader.Error(token, $"{token} does not fit 64 bits");

    private static float ParseFloat(GraphToken token) => GraphTextElements.ParseReal<float>(token.Text);
}
