using EasyQuant.Cli.Terminal;
using Spectre.Console;

namespace EasyQuant.Cli.Evaluation;

/// <summary>Writes the result of <c>evaluate</c> and <c>demo</c> for people.</summary>
internal static class EvaluationTable
{
    public static void Write(IReadOnlyList<EvaluationRow> rows, IAnsiConsole console)
    {
        Table table = Tables.Create("model", "method", ">bits", ">top-1", ">lost", ">top-5", ">agreement", ">cosine", ">SQNR dB", ">size");
        foreach (EvaluationRow row in rows)
        {
            table.AddText(
                row.Model, row.Method, $"{row.Bits}", Numbers.Percent(row.Top1), Numbers.Points(row.Top1Loss, row.Top1LossMargin), Numbers.Percent(row.Top5), Numbers.Percent(row.Agreement),
                Numbers.Cosine(row.Cosine), Numbers.Decibels(row.SqnrDb), Numbers.Bytes(row.Bytes));
        }

        console.Write(table);
    }
}
