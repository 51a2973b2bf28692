namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>Brings the curves of a layer's channels to common ratios of the step to the start step, and takes quantiles over the channels.</summary>
internal static class ChannelCurves
{
    private const int Points = 49;

    /// <summary>The summary.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <param name="round">The round.</param>
    /// <param name="channels">Each channel's candidates, all followed through all segments.</param>
    /// <param name="startScales">The steps that ratios refer to.</param>
    /// <param name="segments">How many losses each candidate's loss sums up.</param>
    public static WeightSearch Summarise(string layer, int round, IReadOnlyList<WeightCandidates> channels, IReadOnlyList<float> startScales, int segments)
    {
        (double Ratio, double Loss)[][] curves = [.. channels.Select((c, i) => CurveOf(c, startScales[i], segments))];
        double least = curves.Min(c => c[0].Ratio);
        double largest = curves.Max(c => c[^1].Ratio);
        return new WeightSearch(
            layer,
            round,
            [.. channels.Select((c, i) => (double)c.Best!.Scale / startScales[i])],
            [.. Enumerable.Range(0, Points).Select(i => least * Math.Pow(largest / least, i / (Points - 1.0))).Distinct().Select(ratio => PointAt(ratio, curves))]);
    }

    private static (double Ratio, double Loss)[] CurveOf(WeightCandidates channel, float startScale, int segments) =>
        [.. channel.OnGrid.Select(c => ((double)c.Scale / startScale, c.Candidate.Loss / segments)).OrderBy(p => p.Item1)];

    private static ChannelPoint PointAt(double ratio, (double Ratio, double Loss)[][] curves)
    {
        double[] losses = [.. curves.Select(c => LossAt(ratio, c)).Order()];
        double Quantile(double share) => losses[(int)Math.Round(share * (losses.Length - 1))];
        return new ChannelPoint(ratio, Quantile(0.1), Quantile(0.5), Quantile(0.9));
    }

    // Linear between the two candidates around the ratio; beyond the ends the last of them.
    private static double LossAt(double ratio, (double Ratio, double Loss)[] curve)
    {
        int next = Array.FindIndex(curve, p => p.Ratio >= ratio);
        if (next <= 0)
        {
            return next == 0 ? curve[0].Loss : curve[^1].Loss;
        }

        ((double r0, double l0), (double r1, double l1)) = (curve[next - 1], curve[next]);
        return l0 + (l1 - l0) * (ratio - r0) / (r1 - r0);
    }
}
