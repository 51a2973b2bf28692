namespace EasyQuant.Graphs;

/// <summary>Goes through the tokens of <see cref="GraphText"/> from the first to the last and says where the text is wrong.</summary>
internal sealed class GraphTokenReader(string text)
{
    private readonly List<GraphToken> _tokens = new GraphTextLexer(text).ReadAll();
    private int _position;

    /// <summary>The token that is read next.</summary>
    public GraphToken Current => _tokens[_position];

    /// <summary>The token after it; at the end, the end again.</summary>
    public GraphToken Next => _tokens[Math.Min(_position + 1, _tokens.Count - 1)];

    /// <summary>Reads a token.</summary>
    public GraphToken Take() => _tokens[_position < _tokens.Count - 1 ? _position++ : _position];

    /// <summary>Reads a name.</summary>
    public string TakeName()
    {
        Expect(Current.Kind == GraphTokenKind.Name, "a name");
        return Take().Text;
    }

    /// <summary>Reads the mark where it comes next, and tells whether it did.</summary>
    public bool TakeMark(string mark)
    {
        if (!Current.IsMark(mark))
        {
            return false;
        }

        Take();
        return true;
    }

    /// <summary>Reads the mark, which must come next.</summary>
    public void ExpectMark(string mark) => Expect(TakeMark(mark), $"'{mark}'");

    /// <summary>Refuses the text unless the condition holds.</summary>
    public void Expect(bool condition, string expected)
    {
        if (!condition)
        {
            throw Error(Current, $"expected {expected}, found {Current}");
        }
    }

    /// <summary>The exception for a problem at this token.</summary>
    public static InvalidModelException Error(GraphToken token, string problem, Exception? cause = null)
    {
        string message = $"Graph text, line {token.Line}, column {token.Column}: {problem}.";
        return cause is null ? new InvalidModelException(message) : new InvalidModelException(message, cause);
    }
}
