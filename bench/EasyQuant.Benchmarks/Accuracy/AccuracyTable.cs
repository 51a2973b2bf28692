namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>The rows as docs/results.md shows them.</summary>
internal static class AccuracyTable
{
    public static string Of(IReadOnlyList<AccuracyRow> rows)
    {
        bool judged = rows.Any(r => r.JudgeTop1 is not null);
        string[] headings = ["network", "method", ">pictures", ">top-1 %", ">top-5 %", ">agreement %", ">cosine", ">SQNR dB", ">bytes"];
        MarkdownTable table = new(judged ? [.. headings, ">ORT top-1 %", ">difference"] : headings);
        foreach (AccuracyRow row in rows)
        {
            string[] cells =
            [
                row.Model, row.Label, $"{row.Samples}", $"{row.Top1:0.00}", $"{row.Top5:0.00}", $"{row.Agreement:0.00}",
                $"{row.Cosine:0.000000}", row.SqnrDb is { } sqnr ? $"{sqnr:0.0}" : "-", $"{row.Bytes:N0}",
            ];
            table.Add(judged ? [.. cells, $"{row.JudgeTop1:0.00}", $"{row.JudgeTop1 - row.Top1:+0.00;-0.00;0.00}"] : cells);
        }

        return table.ToString();
    }
}
