using System.Buffers;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Text;

/// <summary>StringSplit: the parts of each text between delimiters in a new last dimension, filled up with empty texts, and how many parts there are.</summary>
/// <remarks>Without a delimiter texts are cut at white space, however long. After the given number of cuts the rest stays whole.</remarks>
internal sealed class TextSplit(OperatorSite site) : IOperator
{
    private static readonly SearchValues<char> s_whiteSpace = SearchValues.Create(" \t\n\r\v\f");
    private readonly string _delimiter = site.Node.GetString("delimiter", "");
    private readonly long _cuts = site.Node.Attributes.ContainsKey("maxsplit") ? site.Node.GetInt("maxsplit", 0) : long.MaxValue;

    public Tensor?[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context)
    {
        Tensor x = inputs.Required(0);
        List<string>[] parts = [.. x.Strings.Select(s => _delimiter.Length == 0 ? AtWhiteSpace(s) : AtDelimiters(s))];
        int most = parts.Length == 0 ? 0 : parts.Max(p => p.Count);
        if ((long)parts.Length * most > int.MaxValue / 8)
        {
            throw new InvalidOperatorInputException($"{parts.Length} texts of up to {most} parts do not fit one tensor.");
        }

        string[] all = new string[parts.Length * most];
        Array.Fill(all, "");
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i].CopyTo(all, i * most);
        }

        return [Tensor.FromStrings(all, new Shape([.. x.Shape, most])), Tensor.From(Array.ConvertAll(parts, p => (long)p.Count), x.Shape)];
    }

    private List<string> AtDelimiters(string text)
    {
        List<string> parts = [];
        int start = 0;
        while (parts.Count < _cuts && text.IndexOf(_delimiter, start, StringComparison.Ordinal) is int found and >= 0)
        {
            parts.Add(text[start..found]);
            start = found + _delimiter.Length;
        }

        parts.Add(text[start..]);
        return parts;
    }

    private List<string> AtWhiteSpace(string text)
    {
        List<string> parts = [];
        string rest = text.TrimStart();
        while (rest.Length > 0)
        {
            int end = parts.Count < _cuts ? rest.AsSpan().IndexOfAny(s_whiteSpace) : -1;
            if (end < 0)
            {
                parts.Add(rest.TrimEnd());
                break;
            }

            parts.Add(rest[..end]);
            rest = rest[end..].TrimStart();
        }

        return parts;
    }
}
