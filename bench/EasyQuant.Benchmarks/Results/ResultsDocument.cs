using System.Text;
using System.Text.RegularExpressions;
using EasyQuant.Files;

namespace EasyQuant.Benchmarks.Results;

/// <summary>
/// A Markdown text whose measured parts stand between two comments at the beginning of lines, <c>&lt;!-- measured NAME: ARGUMENTS --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>. What stands
/// between them is what the benchmarks print when they are given the arguments; all other text is written by hand.
/// </summary>
internal sealed partial class ResultsDocument
{
    private readonly string _path;

    private ResultsDocument(string path, string text)
    {
        _path = path;
        Parts = [.. Beginning().Matches(text).Select(m => new MeasuredPart(m.Groups["name"].Value, m.Groups["arguments"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
    }

    /// <summary>The parts in the order of the text.</summary>
    public IReadOnlyList<MeasuredPart> Parts { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">A part does not end, or two have one name.</exception>
    public static ResultsDocument Read(string path)
    {
        string text = File.ReadAllText(path);
        ResultsDocument document = new(path, text);
        foreach (IGrouping<string, MeasuredPart> parts in document.Parts.GroupBy(p => p.Name))
        {
            if (parts.Count() > 1 || !text.Contains(End(parts.Key), StringComparison.Ordinal))
            {
                throw new InvalidDataException($"'{path}': the part '{parts.Key}' begins {parts.Count()} times and needs one '{End(parts.Key)}'.");
            }
        }

        return document;
    }

    /// <summary>Puts new content into a part and writes the file, which may have been edited while the part was measured.</summary>
    public void Replace(MeasuredPart part, string content)
    {
        string text = File.ReadAllText(_path);
        int start = Beginning().Matches(text).Where(m => m.Groups["name"].Value == part.Name).Select(m => m.Index + m.Length).Single();
        int end = text.IndexOf(End(part.Name), start, StringComparison.Ordinal);

        // A run takes long: what it has measured is kept, whatever becomes of the rest.
        using FileTransaction file = new();
        file.Create(_path).Write(Encoding.UTF8.GetBytes($"{text[..start]}\n{content.Trim().ReplaceLineEndings("\n")}\n{text[end..]}"));
        file.Commit();
    }

    private static string End(string name) => $"<!-- end {name} -->";

    [GeneratedRegex(@"^<!-- measured (?<name>[\w-]+): (?<arguments>[^\r\n]*?) -->", RegexOptions.Multiline)]
    private static partial Regex Beginning();
}

/// <summary>A part of the document that the benchmarks print.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Arguments">The arguments of the benchmarks.</param>
internal sealed record MeasuredPart(string Name, IReadOnlyList<string> Arguments);
