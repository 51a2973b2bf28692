using System.Text;

namespace EasyQuant.Benchmarks;

/// <summary>A table as docs/results.md shows it, aligned so that it reads well in a terminal too.</summary>
/// <param name="headings">The columns' headings; one that begins with <c>&gt;</c> is of numbers, set to the right.</param>
internal sealed class MarkdownTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        _rows.Add(cells);
    }

    public override string ToString()
    {
        string[] titles = [.. headings.Select(h => h.TrimStart('>'))];
        bool[] right = [.. headings.Select(h => h.StartsWith('>'))];
        int[] widths = [.. titles.Select((t, c) => _rows.Select(r => r[c].Length).Append(t.Length).Max())];
        StringBuilder text = new();
        AppendRow(text, titles, widths, right);
        text.AppendLine($"|{string.Join('|', widths.Zip(right, (w, r) => r ? $"{new string('-', w + 1)}:" : new string('-', w + 2)))}|");
        _rows.ForEach(r => AppendRow(text, r, widths, right));
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string[] cells, int[] widths, bool[] right) =>
        text.AppendLine($"| {string.Join(" | ", cells.Select((cell, c) => right[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c])))} |");
}
