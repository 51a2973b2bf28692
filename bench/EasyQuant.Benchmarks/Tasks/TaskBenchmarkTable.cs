using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Benchmarks.Tasks;

/// <summary>What one task measured, as docs/results.md shows it.</summary>
internal static class TaskBenchmarkTable
{
    public static string Of(string network, string set, TaskReport report, IReadOnlyList<TaskVariant> variants)
    {
        ScoreKind[] kinds = [.. report.Models[0].Scores.Select(s => s.Kind)];
        MarkdownTable table = new(
            [$"{network} on {set}", .. kinds.SelectMany(k => (string[])[$">{k.Title}{(k.Unit == "" ? "" : $" {k.Unit}")}", ">change"]), ">cosine", ">SQNR dB", ">bytes", ">float steps"]);
        foreach ((TaskResult result, TaskVariant variant) in report.Models.Zip(variants))
        {
            TensorError error = result.Error!.Value;
            string sqnr = double.IsFinite(error.SqnrDb) ? $"{error.SqnrDb:0.0}" : "-";
            table.Add([variant.Label, .. result.Scores.SelectMany(CellsOf), $"{error.Cosine:0.0000}", sqnr, $"{variant.Bytes:N0}", variant.FloatSteps is { } steps ? $"{steps}" : "all"]);
        }

        if (report.Baseline is { } baseline)
        {
            table.Add([baseline.Model, .. baseline.Scores.SelectMany(CellsOf), "-", "-", "-", "-"]);
        }

        return $"{table}{Environment.NewLine}{report.Samples} pictures{(report.Units == report.Samples ? "" : $", {report.Units} {report.UnitName}")}.{Environment.NewLine}";
    }

    private static string[] CellsOf(TaskScore score)
    {
        string format = $"F{score.Kind.Digits}";
        return
        [
            $"{score.Value.ToString(format)} ({score.Interval.Low.ToString(format)} to {score.Interval.High.ToString(format)})",
            score.Difference == 0 && score.DifferenceInterval is { Low: 0, High: 0 }
                ? "-"
                : $"{score.Difference.ToString(format)} ({score.DifferenceInterval.Low.ToString(format)} to {score.DifferenceInterval.High.ToString(format)})",
        ];
    }
}
