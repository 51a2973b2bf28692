using System.Globalization;
using EasyQuant.Tensors;

namespace EasyQuant.Graphs;

/// <summary>Reads the types of <see cref="GraphText"/> and the elements behind them.</summary>
/// <param name="tokens">Where they stand.</param>
/// <param name="seed">Of elements that the text leaves open.</param>
internal sealed class GraphTextTensors(GraphTokenReader tokens, int seed)
{
    private static readonly Dictionary<string, DataType> _types =
        Enum.GetValues<DataType>().Where(t => t != DataType.Undefined).ToDictionary(t => t.ShortName());

    private readonly Random _random = new(seed);

    /// <summary>Whether a type comes next that can be no name: its shape or its elements follow.</summary>
    public bool IsAtTypeWithShapeOrElements =>
        tokens.Current.Kind == GraphTokenKind.Name && _types.ContainsKey(tokens.Current.Text) && (tokens.Next.IsMark("[") || tokens.Next.IsMark("{"));

    /// <summary>Reads a type with the shape behind it, as in <c>f32[N,3]</c>.</summary>
    public TensorValueType ParseType()
    {
        GraphToken start = tokens.Current;
        if (!_types.TryGetValue(tokens.TakeName(), out DataType type))
        {
            throw GraphTokenReader.Error(start, $"{start} is no element type; expected one of {string.Join(", ", _types.Keys.Take(12))}, ...");
        }

        if (!tokens.TakeMark("["))
        {
            return new TensorValueType(type);
        }

        List<Dimension> dimensions = [];
        while (!tokens.TakeMark("]"))
        {
            dimensions.Add(tokens.Current.Kind switch
            {
                GraphTokenKind.Number => ParseDimension(),
                GraphTokenKind.Name => new Dimension(null, tokens.Take().Text),
                _ when tokens.TakeMark("?") => Dimension.Unknown,
                _ => throw GraphTokenReader.Error(tokens.Current, $"expected a dimension, found {tokens.Current}"),
            });
            tokens.Expect(tokens.TakeMark(",") || tokens.Current.IsMark("]"), "',' or ']'");
        }

        return new TensorValueType(type, new SymbolicShape(dimensions));
    }

    private Dimension ParseDimension()
    {
        GraphToken token = tokens.Take();
        return int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int extent)
            ? extent
            : throw GraphTokenReader.Error(token, $"a dimension is an integer from 0 to {int.MaxValue}, found {token}");
    }

    /// <summary>Reads the elements of a tensor of this type, <c>{1,2}</c> or <c>{0..9}</c>, or makes them up where none are given.</summary>
    public Tensor ParseElements(TensorValueType? type)
    {
        GraphToken start = tokens.Current;
        List<GraphToken>? elements = null;
        (GraphToken Low, GraphToken High)? bounds = null;
        if (tokens.TakeMark("{"))
        {
            elements = [];
            while (!tokens.TakeMark("}"))
            {
                tokens.Expect(tokens.Current.Kind is GraphTokenKind.Number or GraphTokenKind.String, "a number or a string");
                elements.Add(tokens.Take());
                if (elements.Count == 1 && tokens.TakeMark(".."))
                {
                    bounds = (elements[0], tokens.Take());
                    tokens.ExpectMark("}");
                    break;
                }

                tokens.Expect(tokens.TakeMark(",") || tokens.Current.IsMark("}"), "',', '..' or '}'");
            }
        }

        if (type is null)
        {
            throw GraphTokenReader.Error(start, "elements need a type before them");
        }

        Shape shape = type.Shape switch
        {
            null when bounds is null && elements is not null => [elements.Count],
            { } known => known.ToStatic() ?? throw GraphTokenReader.Error(start, $"an initializer's shape has only numbers, found {type}"),
            null => throw GraphTokenReader.Error(start, "an initializer needs a shape"),
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
            throw GraphTokenReader.Error(start, $"{type}: {error.Message}", error);
        }
    }
}
