using System.Globalization;
using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>Reads the text of <see cref="GraphText"/> by recursive descent.</summary>
internal sealed class GraphTextParser
{
    private const int MaximumNesting = 32;
    private static readonly Dictionary<string, DataType> _types =
        Enum.GetValues<DataType>().Where(t => t != DataType.Undefined).ToDictionary(t => t.ShortName());

    private readonly List<GraphToken> _tokens;
    private readonly Random _random;
    private readonly SortedSet<string> _domains = new(StringComparer.Ordinal);
    private readonly List<Dictionary<string, Value>> _scopes = [];
    private int _position;

    public GraphTextParser(string text, int seed)
    {
        _tokens = new GraphTextLexer(text).ReadAll();
        _random = new Random(seed);
    }

    private GraphToken Current => _tokens[_position];

    public Model ParseModel(int opset)
    {
        Model model = new(ParseGraph("graph"));
        Expect(Current.Kind == GraphTokenKind.End, "a statement or the end of the text");
        model.OpsetImports[""] = opset;
        foreach (string domain in _domains)
        {
            model.OpsetImports[domain] = 1;
        }

        return model;
    }

    private Graph ParseGraph(string name)
    {
        Expect(_scopes.Count < MaximumNesting, $"at most {MaximumNesting} graphs inside each other");
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

        ExpectMark("=>");
        int outputsAt = _position;
        List<(string Name, ValueType? Type, Tensor? Elements)> outputs = ParseHeaderList();
        while (Current.Kind == GraphTokenKind.Name)
        {
            ParseStatement(graph);
        }

        foreach ((string outputName, ValueType? type, Tensor? elements) in outputs)
        {
            Value output = Find(outputName) ?? throw Error(_tokens[outputsAt], $"output '{outputName}' is computed by no statement");
            output.Type ??= type;
            graph.Outputs.Add(output);
        }

        _scopes.RemoveAt(_scopes.Count - 1);
        return graph;
    }

    private List<(string Name, ValueType? Type, Tensor? Elements)> ParseHeaderList()
    {
        List<(string Name, ValueType? Type, Tensor? Elements)> values = [];
        ExpectMark("(");
        while (!TakeMark(")"))
        {
            string name = TakeName();
            TensorValueType? type = TakeMark(":") ? ParseType() : null;
            values.Add((name, type, Current.IsMark("{") ? ParseElements(type) : null));
            Expect(TakeMark(",") || Current.IsMark(")"), "',' or ')'");
        }

        return values;
    }

    private void ParseStatement(Graph graph)
    {
        GraphToken start = Current;
        List<Value?> results = [];
        do
        {
            string name = TakeName();
            if (name == "_")
            {
                results.Add(null);
                continue;
            }

            TensorValueType? type = TakeMark(":") ? ParseType() : null;
            if (type is not null && results.Count == 0 && !Current.IsMark(",") && !Current.IsMark("="))
            {
                AddInitializer(graph, name, type);
                return;
            }

            results.Add(new Value(name, type));
        }
        while (TakeMark(","));

        ExpectMark("=");
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
        string opType = TakeName();
        string domain = "";
        if (TakeMark(":"))
        {
            ExpectMark(":");
            (domain, opType) = (opType, TakeName());
            _domains.Add(domain);
        }

        string nodeName = Current.Kind == GraphTokenKind.String ? Take().Text : "";
        OrderedDictionary<string, AttributeValue> attributes = [];
        if (TakeMark("<"))
        {
            while (!TakeMark(">"))
            {
                string attribute = TakeName();
                ExpectMark("=");
                attributes[attribute] = ParseAttribute();
                Expect(TakeMark(",") || Current.IsMark(">"), "',' or '>'");
            }
        }

        List<Value?> arguments = [];
        ExpectMark("(");
        while (!TakeMark(")"))
        {
            arguments.Add(ParseArgument(graph));
            Expect(TakeMark(",") || Current.IsMark(")"), "',' or ')'");
        }

        if (results.Count == 0)
        {
            throw Error(start, "a call needs a result");
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
        GraphToken start = Current;
        GraphToken next = _tokens[Math.Min(_position + 1, _tokens.Count - 1)];
        if (start.Kind == GraphTokenKind.Name && _types.ContainsKey(start.Text) && (next.IsMark("[") || next.IsMark("{")))
        {
            TensorValueType type = ParseType();
            return AddInitializer(graph, graph.UniqueName("constant"), type);
        }

        string name = TakeName();
        if (name == "_")
        {
            return null;
        }

        if (!TakeMark(":"))
        {
            return Find(name) ?? throw Error(start, $"'{name}' is not known here. Give it a type to make it an initializer, as in '{name}: f32[4]'");
        }

        return AddInitializer(graph, name, ParseType());
    }

    private Value AddInitializer(Graph graph, string name, TensorValueType type)
    {
        Value value = Declare(new Value(name) { Constant = ParseElements(type) });
        value.Type = new TensorValueType(type.ElementType, SymbolicShape.Of(value.Constant!.Shape));
        graph.Initializers.Add(value);
        return value;
    }

    private TensorValueType ParseType()
    {
        GraphToken start = Current;
        if (!_types.TryGetValue(TakeName(), out DataType type))
        {
            throw Error(start, $"{start} is no element type; expected one of {string.Join(", ", _types.Keys.Take(12))}, ...");
        }

        if (!TakeMark("["))
        {
            return new TensorValueType(type);
        }

        List<Dimension> dimensions = [];
        while (!TakeMark("]"))
        {
            dimensions.Add(Current.Kind switch
            {
                GraphTokenKind.Number => ParseDimension(),
                GraphTokenKind.Name => new Dimension(null, Take().Text),
                _ when TakeMark("?") => Dimension.Unknown,
                _ => throw Error(Current, $"expected a dimension, found {Current}"),
            });
            Expect(TakeMark(",") || Current.IsMark("]"), "',' or ']'");
        }

        return new TensorValueType(type, new SymbolicShape(dimensions));
    }

    private Dimension ParseDimension()
    {
        GraphToken token = Take();
        return int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int extent)
            ? extent
            : throw Error(token, $"a dimension is an integer from 0 to {int.MaxValue}, found {token}");
    }

    private AttributeValue ParseAttribute()
    {
        if (Current.Kind == GraphTokenKind.String)
        {
            return new StringAttribute(Take().Text);
        }

        if (Current.Kind == GraphTokenKind.Number)
        {
            GraphToken token = Take();
            return IsInteger(token) ? new IntAttribute(ParseLong(token)) : new FloatAttribute(ParseFloat(token));
        }

        if (TakeMark("["))
        {
            return ParseListAttribute();
        }

        if (TakeMark("{"))
        {
            Graph nested = ParseGraph("nested");
            ExpectMark("}");
            return new GraphAttribute(nested);
        }

        return new TensorAttribute(ParseElements(ParseType()));
    }

    private AttributeValue ParseListAttribute()
    {
        List<AttributeValue> items = [];
        while (!TakeMark("]"))
        {
            items.Add(ParseAttribute());
            Expect(TakeMark(",") || Current.IsMark("]"), "',' or ']'");
        }

        return items switch
        {
            _ when items.All(i => i is IntAttribute) => new IntsAttribute([.. items.Cast<IntAttribute>().Select(i => i.Value)]),
            _ when items.All(i => i is StringAttribute) => new StringsAttribute([.. items.Cast<StringAttribute>().Select(i => i.Value)]),
            _ when items.All(i => i is GraphAttribute) => new GraphsAttribute([.. items.Cast<GraphAttribute>().Select(i => i.Value)]),
            _ when items.All(i => i is IntAttribute or FloatAttribute) => new FloatsAttribute(
                [.. items.Select(i => i is FloatAttribute f ? f.Value : ((IntAttribute)i).Value)]),
            _ => throw Error(Current, "the items of a list attribute are of different kinds"),
        };
    }

    private Tensor ParseElements(TensorValueType? type)
    {
        GraphToken start = Current;
        List<GraphToken>? elements = null;
        (GraphToken Low, GraphToken High)? bounds = null;
        if (TakeMark("{"))
        {
            elements = [];
            while (!TakeMark("}"))
            {
                Expect(Current.Kind is GraphTokenKind.Number or GraphTokenKind.String, "a number or a string");
                elements.Add(Take());
                if (elements.Count == 1 && TakeMark(".."))
                {
                    bounds = (elements[0], Take());
                    ExpectMark("}");
                    break;
                }

                Expect(TakeMark(",") || Current.IsMark("}"), "',', '..' or '}'");
            }
        }

        if (type is null)
        {
            throw Error(start, "elements need a type before them");
        }

        Shape shape = type.Shape switch
        {
            null when bounds is null && elements is not null => [elements.Count],
            { } known => known.ToStatic() ?? throw Error(start, $"an initializer's shape has only numbers, found {type}"),
            null => throw Error(start, "an initializer needs a shape"),
        };
        GraphTextElements filler = new(type.ElementType, shape);
        try
        {
            return elements is null || bounds is not null
                ? filler.Random(_random, bounds?.Low.Text, bounds?.High.Text)
                : filler.Listed([.. elements.Select(e => e.Text)]);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw Error(start, $"{type}: {error.Message}", error);
        }
    }

    private Value Declare(Value value)
    {
        if (Find(value.Name) is not null)
        {
            throw Error(Current, $"'{value.Name}' is declared twice");
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
            : throw Error(token, $"{token} does not fit 64 bits");

    private static float ParseFloat(GraphToken token) => GraphTextElements.ParseReal<float>(token.Text);

    private GraphToken Take() => _tokens[_position < _tokens.Count - 1 ? _position++ : _position];

    private string TakeName()
    {
        Expect(Current.Kind == GraphTokenKind.Name, "a name");
        return Take().Text;
    }

    private bool TakeMark(string mark)
    {
        if (!Current.IsMark(mark))
        {
            return false;
        }

        Take();
        return true;
    }

    private void ExpectMark(string mark) => Expect(TakeMark(mark), $"'{mark}'");

    private void Expect(bool condition, string expected)
    {
        if (!condition)
        {
            throw Error(Current, $"expected {expected}, found {Current}");
        }
    }

    private static InvalidModelException Error(GraphToken token, string problem, Exception? cause = null)
    {
        string message = $"Graph text, line {token.Line}, column {token.Column}: {problem}.";
        return cause is null ? new InvalidModelException(message) : new InvalidModelException(message, cause);
    }
}
