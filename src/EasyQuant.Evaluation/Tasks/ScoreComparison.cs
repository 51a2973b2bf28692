using EasyQuant.Evaluation.Metrics;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>Turns figures of several models into scores with intervals and differences from the reference, the first of them.</summary>
/// <param name="bootstrap">Draws the samples.</param>
/// <param name="kinds">What the figures are.</param>
/// <param name="units">How many pictures or pairs there are to draw from.</param>
internal sealed class ScoreComparison(Bootstrap bootstrap, IReadOnlyList<ScoreKind> kinds, int units)
{
    private (double[] Figures, double[][] Replicates)? _reference;

    /// <summary>The scores of the next model.</summary>
    /// <param name="figures">Its figures on the units with these indices, one for each kind.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public IReadOnlyList<TaskScore> Add(Func<int[], double[]> figures, CancellationToken cancellationToken)
    {
        double[] own = figures([.. Enumerable.Range(0, units)]);
        double[][] replicates = bootstrap.Replicate(units, figures, cancellationToken);
        _reference ??= (own, replicates);
        (double[] reference, double[][] referenceReplicates) = _reference.Value;
        return [.. kinds.Select((kind, f) => new TaskScore(
            kind, own[f], Bootstrap.IntervalOf(replicates, f),
            Bootstrap.Difference(own[f], reference[f]), Bootstrap.IntervalOfDifference(replicates, referenceReplicates, f)))];
    }
}
