using System.Text.RegularExpressions;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>
/// What is asked of the rows: at most so many points of top-1 lost, by bits; and, as the EasyQuant paper reports, at 7 bits at most half
/// of what KL loses.
/// </summary>
internal static class AccuracyTargets
{
    private static readonly (Regex Rows, double Points)[] s_allowed =
    [
        (new("^INT8-EQ"), 0.3), (new("^INT7-EQ"), 0.2), (new("^INT6-EQ"), 1), (new("^W4A8-EQ"), 1),
    ];

    /// <summary>A line for each claim that the rows can answer.</summary>
    public static IEnumerable<string> Check(IEnumerable<AccuracyRow> rows)
    {
        foreach (AccuracyRow[] network in rows.GroupBy(r => r.Network).Select(g => g.ToArray()))
        {
            foreach (AccuracyRow row in network)
            {
                if (s_allowed.FirstOrDefault(t => t.Rows.IsMatch(row.Label)) is { Rows: not null } target)
                {
                    TaskScore top1 = row[ClassificationTask.Top1];
                    double loss = 0 - top1.Difference;
                    string verdict = loss <= target.Points ? "holds" : -top1.DifferenceInterval.High <= target.Points ? "missed, within what chance explains" : "missed";
                    yield return $"- {row.Network}, {row.Label} loses {loss:0.00} points ({0 - top1.DifferenceInterval.High:0.00} to {0 - top1.DifferenceInterval.Low:0.00}), at most {target.Points:0.0}: {verdict}";
                }
            }

            if (Loss(network, "INT7-EQ") is { } eq && Loss(network, "INT7-KL") is { } kl)
            {
                // A network that gains has lost nothing.
                yield return $"- {network[0].Network}, INT7-EQ loses {eq:0.00} points, at most half of the {kl:0.00} that INT7-KL loses: {(eq <= Math.Max(0, kl) / 2 ? "holds" : "missed")}";
            }
        }
    }

    private static double? Loss(AccuracyRow[] network, string label) => network.SingleOrDefault(r => r.Label == label) is { } row ? 0 - row[ClassificationTask.Top1].Difference : null;
}
