namespace EasyQuant.Evaluation.Metrics;

/// <summary>The range that a figure may well have come out in.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The middle part of some values that holds <paramref name="confidence"/> of them: from their quantile <c>(1 − c) / 2</c> to <c>(1 + c) / 2</c>.</summary>
    /// <remarks>A quantile between two sorted values is interpolated. Values that are not numbers are left out; where there are only such, so are the ends.</remarks>
    public static Interval Middle(IEnumerable<double> values, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(confidence);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(confidence, 1);
        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        return new Interval(Quantile(sorted, (1 - confidence) / 2), Quantile(sorted, (1 + confidence) / 2));
    }

    private static double Quantile(double[] sorted, double fraction)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        double place = fraction * (sorted.Length - 1);
        int below = Math.Min((int)place, sorted.Length - 1);
        int above = Math.Min(below + 1, sorted.Length - 1);

        // Equal neighbours, infinite ones among them, need no interpolation.
        return sorted[below] == sorted[above] ? sorted[below] : sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
