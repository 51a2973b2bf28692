namespace EasyQuant.Evaluation.Metrics;

/// <summary>How well a model does on a set of samples, and how close it stays to the reference model.</summary>
/// <param name="Samples">How many samples were run.</param>
/// <param name="Top1">Percent of the labelled samples whose class has the highest score; nothing where no sample has a label.</param>
/// <param name="Top5">Percent of the labelled samples whose class is among the five highest scores.</param>
/// <param name="Agreement">Percent of all samples where the highest score is at the reference's class.</param>
/// <param name="Error">The outputs against the reference's: mean cosine, powers summed over all samples.</param>
public sealed record ClassificationMetrics(int Samples, double? Top1, double? Top5, double Agreement, TensorError Error)
{
    /// <summary>How many of the highest scores <see cref="Top5"/> looks at.</summary>
    public const int TopCount = 5;

    /// <summary>The points of top-1 that the reference has more; nothing for the reference itself, without labels, or where there is no reference.</summary>
    public PairedDifference? Top1Loss { get; init; }

    /// <summary>The metrics of these samples, summed in the order given.</summary>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public static ClassificationMetrics Of(IReadOnlyList<SampleScore> scores)
    {
        if (scores.Count == 0)
        {
            throw new ArgumentException("There is no sample to evaluate.", nameof(scores));
        }

        SampleScore[] labelled = [.. scores.Where(s => s.PlaceOfLabel is not null)];
        return new ClassificationMetrics(
            scores.Count,
            Percent(labelled, s => s.PlaceOfLabel == 0),
            Percent(labelled, s => s.PlaceOfLabel < TopCount),
            Percent(scores, s => s.Agrees)!.Value,
            TensorError.Pool(scores.Select(s => s.Error)));
    }

    private static double? Percent(IReadOnlyCollection<SampleScore> scores, Func<SampleScore, bool> holds) =>
        scores.Count == 0 ? null : 100.0 * scores.Count(holds) / scores.Count;
}

/// <summary>What one sample's output says.</summary>
/// <param name="PlaceOfLabel">How many classes score above the sample's own; nothing where it has no label.</param>
/// <param name="Agrees">Whether the highest score is at the reference's class.</param>
/// <param name="Error">The output against the reference's.</param>
public readonly record struct SampleScore(int? PlaceOfLabel, bool Agrees, TensorError Error)
{
    /// <summary>Scores one sample's output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class of the output.</exception>
    public static SampleScore Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual, int? label)
    {
        if (label is { } l)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(l, nameof(label));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(l, actual.Length, nameof(label));
        }

        return new SampleScore(
            label is { } known ? ClassRanking.PlaceOf(actual, known) : null,
            ClassRanking.Best(actual) == ClassRanking.Best(reference),
            TensorError.Between(reference, actual));
    }
}
