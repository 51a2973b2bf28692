using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>The rows as docs/results.md shows them: figures with the 95 % intervals of the bootstrap over pictures.</summary>
internal static class AccuracyTable
{
    public static string Of(IReadOnlyList<AccuracyRow> rows)
    {
        bool judged = rows.Any(r => r.JudgeTop1 is not null);
        string[] headings = ["network", "method", ">top-1 %", ">change", ">top-5 %", ">agreement %", ">cosine", ">SQNR dB", ">bytes"];
        MarkdownTable table = new(judged ? [.. headings, ">ORT top-1 %", ">difference"] : headings);
        foreach (AccuracyRow row in rows)
        {
            TaskScore top1 = row[ClassificationTask.Top1];
            bool isReference = row.Label == AccuracyRow.Float;
            string[] cells =
            [
                row.Network, row.Label, WithInterval(top1),
                isReference ? "-" : Signed(top1.Difference, top1.DifferenceInterval),
                WithInterval(row[ClassificationTask.Top5]),
                isReference ? "-" : WithInterval(row[ClassificationTask.Agreement]),
                isReference ? "-" : WithInterval(row[ClassificationTask.Cosine], 4),
                isReference ? "-" : WithInterval(row[ClassificationTask.Sqnr]),
                $"{row.Bytes:N0}",
            ];
            table.Add(judged ? [.. cells, $"{row.JudgeTop1:0.00}", $"{row.JudgeTop1 - top1.Value:+0.00;-0.00;0.00}"] : cells);
        }

        string pictures = string.Join(", ", rows.DistinctBy(r => r.Network).Select(r => $"{r.Samples:N0} of {r.Network}"));
        return $"{table}{Environment.NewLine}Pictures measured on: {pictures}.";
    }

    private static string WithInterval(TaskScore score, int? digits = null)
    {
        string format = $"F{digits ?? score.Kind.Digits}";
        return $"{score.Value.ToString(format)} ({score.Interval.Low.ToString(format)} to {score.Interval.High.ToString(format)})";
    }

    private static string Signed(double value, Interval interval) => $"{value:+0.00;-0.00;0.00} ({interval.Low:+0.00;-0.00;0.00} to {interval.High:+0.00;-0.00;0.00})";
}
