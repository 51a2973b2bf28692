using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary>The JSON document of a task: in a row the figures by their keys, their intervals, and their differences from the reference.</summary>
internal static class TaskDocument
{
    public static OrderedDictionary<string, object?> Of(string task, TaskReport report, IReadOnlyList<TaskRow> rows)
    {
        OrderedDictionary<string, object?> document = new() { ["task"] = task, ["samples"] = report.Samples, [report.UnitName] = report.Units };
        document["rows"] = report.Models.Zip(rows, RowOf);
        if (report.Baseline is { } baseline)
        {
            OrderedDictionary<string, object?> row = new() { ["method"] = baseline.Model };
            AddScores(row, baseline);
            document["baseline"] = row;
        }

        return document;
    }

    private static OrderedDictionary<string, object?> RowOf(TaskResult result, TaskRow row)
    {
        OrderedDictionary<string, object?> document = new() { ["model"] = row.Model, ["method"] = row.Kind.Method, ["bits"] = row.Kind.Bits };
        AddScores(document, result);
        document["cosine"] = result.Error!.Value.Cosine;
        document["sqnrDb"] = result.Error.Value.SqnrDb;
        document["bytes"] = row.Bytes;
        return document;
    }

    private static void AddScores(OrderedDictionary<string, object?> row, TaskResult result)
    {
        foreach (TaskScore score in result.Scores)
        {
            row[score.Kind.Key] = score.Value;
        }

        row["intervals"] = result.Scores.ToDictionary(s => s.Kind.Key, s => new[] { s.Interval.Low, s.Interval.High });
        row["differences"] = result.Scores.ToDictionary(s => s.Kind.Key, s => new { Value = s.Difference, s.DifferenceInterval.Low, s.DifferenceInterval.High });
    }
}
