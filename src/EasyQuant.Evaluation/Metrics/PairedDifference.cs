namespace EasyQuant.Evaluation.Metrics;

/// <summary>A difference of two models' accuracies on the same samples, with what chance makes of it.</summary>
/// <param name="Points">Percent points that the second loses: <c>100 · mean(d)</c>, d = 1 where only the first is right, −1 where only the second is.</param>
/// <param name="Margin">Half the 95 % interval: <c>1.96 · 100 · √(var(d) / n)</c>. Samples on which both agree cancel, so it is smaller than that of either accuracy.</param>
public readonly record struct PairedDifference(double Points, double Margin)
{
    private const double Normal95 = 1.959964;

    /// <summary>The difference.</summary>
    /// <param name="first">Whether the first model is right, sample by sample.</param>
    /// <param name="second">The same of the second.</param>
    /// <exception cref="ArgumentException">There is no sample, or the counts differ.</exception>
    public static PairedDifference Of(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        if (first.Count == 0 || first.Count != second.Count)
        {
            throw new ArgumentException($"{first.Count} and {second.Count} samples cannot be compared in pairs.", nameof(second));
        }

        double[] differences = [.. first.Zip(second, (a, b) => (a ? 1.0 : 0) - (b ? 1 : 0))];
        double mean = differences.Average();
        double variance = differences.Sum(d => (d - mean) * (d - mean)) / Math.Max(1, differences.Length - 1);
        return new PairedDifference(100 * mean, 100 * Normal95 * Math.Sqrt(variance / differences.Length));
    }
}
