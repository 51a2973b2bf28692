using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>How much the choice of the pictures to calibrate on matters: the same methods for several draws.</summary>
internal static class DrawsTable
{
    public static string Of(IReadOnlyList<AccuracyRow> rows)
    {
        MarkdownTable table = new("network", "method", $"top-1 lost with seeds {string.Join(", ", rows.Select(r => r.Seed).Distinct())}", ">mean loss", ">its standard error", ">mean agreement %", ">mean SQNR dB");
        foreach (AccuracyRow[] draws in rows.Where(r => r.Label != AccuracyRow.Float).GroupBy(r => (r.Network, r.Label)).Select(g => g.ToArray()))
        {
            double[] losses = [.. draws.Select(r => 0 - r[ClassificationTask.Top1].Difference)];
            table.Add(
                draws[0].Network, draws[0].Label, string.Join(", ", losses.Select(l => $"{l:0.00}")), $"{losses.Average():0.00}", $"{StandardError(losses):0.00}",
                $"{draws.Average(r => r[ClassificationTask.Agreement].Value):0.00}", $"{draws.Average(r => r[ClassificationTask.Sqnr].Value):0.0}");
        }

        return table.ToString();
    }

    private static double StandardError(double[] values) =>
        Math.Sqrt(values.Sum(v => (v - values.Average()) * (v - values.Average())) / (values.Length - 1) / values.Length);
}
