namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>
/// What the EasyQuant paper reports, asked of our rows: at 7 bits EasyQuant loses at most half of the top-1 that KL loses, and at
/// 8 bits next to nothing.
/// </summary>
internal static class PaperPattern
{
    private const double AllowedLossAt8Bits = 0.3;

    /// <summary>A line for each claim that the rows can answer.</summary>
    public static IEnumerable<string> Check(IEnumerable<AccuracyRow> rows)
    {
        foreach (IGrouping<string, AccuracyRow> network in rows.GroupBy(r => r.Model))
        {
            Dictionary<string, AccuracyRow> byLabel = network.ToDictionary(r => r.Label);
            double reference = byLabel["FP32"].Top1;
            if (byLabel.TryGetValue("INT7-EQ", out AccuracyRow? eq7) && byLabel.TryGetValue("INT7-KL", out AccuracyRow? kl7))
            {
                (double eq, double kl) = (reference - eq7.Top1, reference - kl7.Top1);

                // A network that gains has lost nothing.
                yield return $"{network.Key}: INT7-EQ loses {eq:0.00} points, at most half of the {kl:0.00} that INT7-KL loses: {Verdict(eq <= Math.Max(0, kl) / 2)}";
            }

            if (byLabel.TryGetValue("INT8-EQ", out AccuracyRow? eq8))
            {
                double loss = reference - eq8.Top1;
                yield return $"{network.Key}: INT8-EQ loses {loss:0.00} points, at most {AllowedLossAt8Bits:0.0}: {Verdict(loss <= AllowedLossAt8Bits)}";
            }
        }
    }

    private static string Verdict(bool holds) => holds ? "holds" : "missed";
}
