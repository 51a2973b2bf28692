using EasyQuant.Cli.Terminal;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Tasks;
using Spectre.Console;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary>Writes what a task measured for people.</summary>
internal static class TaskTable
{
    public static void Write(TaskReport report, IReadOnlyList<TaskRow> rows, IAnsiConsole console)
    {
        ScoreKind[] kinds = [.. report.Models[0].Scores.Select(s => s.Kind)];
        Table table = Tables.Create(["model", "method", ">bits", .. kinds.SelectMany(HeadingsOf), ">cosine", ">SQNR dB", ">size"]);
        foreach ((TaskResult result, TaskRow row) in report.Models.Zip(rows))
        {
            table.AddText([row.Model, row.Kind.Method, $"{row.Kind.Bits}", .. result.Scores.SelectMany(CellsOf), Numbers.Cosine(result.Error!.Value.Cosine), Numbers.Decibels(result.Error.Value.SqnrDb), Numbers.Bytes(row.Bytes)]);
        }

        if (report.Baseline is { } baseline)
        {
            table.AddText([baseline.Model, "-", "-", .. baseline.Scores.SelectMany(CellsOf), "-", "-", "-"]);
        }

        console.Write(table);
        string units = report.Units == report.Samples ? $"{report.Samples} pictures" : $"{report.Units} {report.UnitName} of {report.Samples} pictures";
        console.WriteLine($"On {units}. In parentheses 95 % intervals (bootstrap over {report.UnitName}); change: from the first model, on the same {report.UnitName}.");
    }

    private static IEnumerable<string> HeadingsOf(ScoreKind kind) => [$">{kind.Title}{(kind.Unit == "" ? "" : $" {kind.Unit}")}", ">change"];

    private static IEnumerable<string> CellsOf(TaskScore score)
    {
        string format = $"F{score.Kind.Digits}";
        return [With(score.Value, score.Interval, format), With(score.Difference, score.DifferenceInterval, format)];
    }

    private static string With(double value, Interval interval, string format) =>
        $"{value.ToString(format)} ({interval.Low.ToString(format)} to {interval.High.ToString(format)})";
}
