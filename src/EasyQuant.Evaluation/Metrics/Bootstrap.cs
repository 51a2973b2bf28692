using EasyQuant.Data;

namespace EasyQuant.Evaluation.Metrics;

/// <summary>
/// How far a figure would move, had chance chosen other samples: it is calculated again and again on as many samples drawn from
/// those at hand with replacement, and the middle 95 % of the results is its interval (Efron 1979, percentile method).
/// </summary>
/// <remarks>
/// Draw <c>r</c> of <c>n</c> samples depends on the seed, <c>r</c> and <c>n</c> alone. So figures of two models on the same samples have the same
/// draws, and the differences of their replicates give the interval of the paired difference.
/// </remarks>
public sealed class Bootstrap
{
    /// <summary>The part of all replicates that an interval holds.</summary>
    public const double Confidence = 0.95;

    private readonly int _replicates;
    private readonly ulong _seed;

    /// <summary>Draws <paramref name="replicates"/> times.</summary>
    public Bootstrap(int replicates = 1000, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 1);
        (_replicates, _seed) = (replicates, seed);
    }

    /// <summary>The figures of every draw: <c>[r][f]</c> is the figure <c>f</c> that <paramref name="figures"/> gives for draw <c>r</c>.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="figures">Figures of the samples with these indices, of which the same may come several times; called by several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public double[][] Replicate(int count, Func<int[], double[]> figures, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double[][] results = new double[_replicates][];
        Parallel.For(0, _replicates, new ParallelOptions { CancellationToken = cancellationToken }, r => results[r] = figures(Draw(r, count)));
        return results;
    }

    /// <summary>The interval of a figure.</summary>
    public static Interval IntervalOf(double[][] replicates, int figure) => Interval.Middle(replicates.Select(r => r[figure]), Confidence);

    /// <summary>The interval of a figure's difference from the same figure of another model on the same samples.</summary>
    public static Interval IntervalOfDifference(double[][] replicates, double[][] reference, int figure) =>
        Interval.Middle(replicates.Zip(reference, (own, other) => Difference(own[figure], other[figure])), Confidence);

    /// <summary>The difference; none between equal figures, infinite ones among them.</summary>
    public static double Difference(double value, double reference) => value == reference ? 0 : value - reference;

    private int[] Draw(int replicate, int count)
    {
        // The generator's states run through all numbers in steps of an odd constant; hashing the replicate's number starts each draw far from the others.
        SplitMix64 random = new(new SplitMix64(_seed + (ulong)replicate).Next());
        int[] draw = new int[count];
        for (int i = 0; i < count; i++)
        {
            draw[i] = random.Below(count);
        }

        return draw;
    }
}
