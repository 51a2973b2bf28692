using System.Text;

namespace EasyQuant.Graphs;

/// <summary>What a token of <see cref="GraphText"/> is.</summary>
internal enum GraphTokenKind
{
    /// <summary>A name, plain or in back quotes.</summary>
    Name,

    /// <summary>An integer or a float.</summary>
    Number,

    /// <summary>Text in double quotes.</summary>
    String,

    /// <summary>A mark such as <c>(</c> or <c>=&gt;</c>.</summary>
    Mark,

    /// <summary>The end of the text.</summary>
    End,
}

/// <summary>One token and where it stands.</summary>
internal readonly record struct GraphToken(GraphTokenKind Kind, string Text, int Line, int Column)
{
    public bool IsMark(string mark) => Kind == GraphTokenKind.Mark && Text == mark;

    public override string ToString() => Kind == GraphTokenKind.End ? "the end of the text" : $"'{Text}'";
}

/// <summary>Cuts the text of <see cref="GraphText"/> into tokens.</summary>
internal sealed class GraphTextLexer
{
    private static readonly string[] _marks = ["=>", "..", "(", ")", "[", "]", "{", "}", "<", ">", "=", ",", ":", "?"];
    private readonly string _text;
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public GraphTextLexer(string text) => _text = text;

    public static bool IsPlainName(string name) =>
        name.Length > 0 && name != "_" && IsNameStart(name[0]) && name.All(IsNamePart) && !name.Contains("..", StringComparison.Ordinal)
        && !IsNonFinite(name);

    public List<GraphToken> ReadAll()
    {
        List<GraphToken> tokens = [];
        do
        {
            tokens.Add(Next());
        }
        while (tokens[^1].Kind != GraphTokenKind.End);

        return tokens;
    }

    private static bool IsNonFinite(string text) => text is "inf" or "nan";

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '/' or '$';

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsAsciiDigit(c) || c is '.' or '-';

    private GraphToken Next()
    {
        SkipBlank();
        if (_position == _text.Length)
        {
            return Token(GraphTokenKind.End, "", _position);
        }

        int start = _position;
        char c = _text[start];
        if (c is '"' or '`')
        {
            return Quoted(c);
        }

        if (StartsNumber(start))
        {
            return Number();
        }

        if (IsNameStart(c))
        {
            while (_position < _text.Length && IsNamePart(_text[_position]))
            {
                _position++;
            }

            string text = _text[start.._position];
            return Token(IsNonFinite(text) ? GraphTokenKind.Number : GraphTokenKind.Name, text, start);
        }

        foreach (string mark in _marks)
        {
            if (string.CompareOrdinal(_text, start, mark, 0, mark.Length) == 0)
            {
                _position += mark.Length;
                return Token(GraphTokenKind.Mark, mark, start);
            }
        }

        throw Error($"'{c}' begins nothing that the grammar knows", start);
    }

    private void SkipBlank()
    {
        for (; _position < _text.Length; _position++)
        {
            if (_text[_position] == '#')
            {
                int end = _text.IndexOf('\n', _position);
                _position = end < 0 ? _text.Length : end;
            }

            if (_position == _text.Length || !char.IsWhiteSpace(_text[_position]))
            {
                return;
            }

            if (_text[_position] == '\n')
            {
                _line++;
                _lineStart = _position + 1;
            }
        }
    }

    private bool StartsNumber(int position)
    {
        if (_text[position] != '-')
        {
            return char.IsAsciiDigit(_text[position]);
        }

        return position + 1 < _text.Length
            && (char.IsAsciiDigit(_text[position + 1]) || string.CompareOrdinal(_text, position, "-inf", 0, 4) == 0);
    }

    private GraphToken Number()
    {
        int start = _position;
        _position += _text[_position] == '-' ? 1 : 0;
        if (_text[_position] == 'i')
        {
            _position += 3;
            return Token(GraphTokenKind.Number, "-inf", start);
        }

        SkipDigits();
        if (_position + 1 < _text.Length && _text[_position] == '.' && char.IsAsciiDigit(_text[_position + 1]))
        {
            _position++;
            SkipDigits();
        }

        if (_position < _text.Length && _text[_position] is 'e' or 'E')
        {
            _position++;
            if (_position < _text.Length && _text[_position] is '+' or '-')
            {
                _position++;
            }

            SkipDigits();
        }

        return Token(GraphTokenKind.Number, _text[start.._position], start);
    }

    private void SkipDigits()
    {
        while (_position < _text.Length && char.IsAsciiDigit(_text[_position]))
        {
            _position++;
        }
    }

    private GraphToken Quoted(char quote)
    {
        int start = _position++;
        StringBuilder text = new();
        for (; _position < _text.Length && _text[_position] != quote; _position++)
        {
            if (_text[_position] == '\\' && _position + 1 < _text.Length)
            {
                _position++;
                text.Append(_text[_position] == 'n' ? '\n' : _text[_position]);
            }
            else
            {
                text.Append(_text[_position]);
            }
        }

        if (_position == _text.Length)
        {
            throw Error($"the text that begins with {quote} has no end", start);
        }

        _position++;
        return Token(quote == '"' ? GraphTokenKind.String : GraphTokenKind.Name, text.ToString(), start);
    }

    private GraphToken Token(GraphTokenKind kind, string text, int start) => new(kind, text, _line, start - _lineStart + 1);

    private InvalidModelException Error(string problem, int start) =>
        new($"Graph text, line {_line}, column {start - _lineStart + 1}: {problem}.");
}
