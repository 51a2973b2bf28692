using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Chooses the step of one group of tensors: the candidate of the largest mean cosine between the integer outputs of the
/// layers that read it and their float outputs, each cosine over all channels of a layer; or of the least noise.
/// </summary>
/// <remarks>
/// Where several layers read the same tensor the objective is the mean of theirs. As for weights, candidates whose partial
/// loss exceeds a finished total are dropped, which changes nothing in the result; ties go to the earlier candidate.
/// </remarks>
internal static class ActivationScaleSearch
{
    private const int Leaders = 2;

    /// <summary>The best step for the input that <paramref name="readers"/> share.</summary>
    /// <param name="readers">One entry for each layer that reads the tensor, over the same samples.</param>
    /// <param name="group">The group the tensor is in.</param>
    /// <param name="scales">Present steps; the group's is replaced.</param>
    /// <param name="startScale">The step the grid is laid around.</param>
    /// <param name="preset">Which grid.</param>
    /// <param name="cancellationToken">Ends the search; the table is then unchanged.</param>
    /// <param name="trace">Receives the curve, where it is wanted.</param>
    /// <param name="objective">What is made small.</param>
    /// <param name="isRefinement">Whether the grid lies around the present step.</param>
    public static ScaleSearchOutcome Run(
        IReadOnlyList<LayerSegments> readers, TensorGroup group, ScaleTable scales, float startScale, EasyQuantPreset preset, CancellationToken cancellationToken, SearchTrace? trace = null,
        ScaleObjective objective = ScaleObjective.Cosine, bool isRefinement = false)
    {
        LayerOutputLoss[] losses = [.. readers.Select(r => new LayerOutputLoss(r, group.Range, scales, objective))];
        (LayerOutputLoss Layer, int Segment)[] steps = [.. losses.SelectMany(l => Enumerable.Range(0, l.Segments).Select(s => (l, s)))];
        return Search(
            [.. ScaleGrid.ForActivations(preset, startScale, scales[group], isRefinement)], group, scales, readers[0].Workers, steps.Length,
            (scale, step) => steps[step].Layer.Compute(steps[step].Segment, scale) / (steps[step].Layer.Segments * losses.Length), trace, cancellationToken);
    }

    /// <summary>The candidate of the least sum of losses over all steps; <paramref name="scales"/> receives it.</summary>
    internal static ScaleSearchOutcome Search(
        float[] grid, TensorGroup group, ScaleTable scales, WorkerPool workers, int steps, Func<float, int, double> loss, SearchTrace? trace, CancellationToken cancellationToken)
    {
        // A step under which a Clip would have to stay in front of the quantizer is not worth its cost.
        Candidate[] candidates = [.. grid.Where((s, i) => i == 0 || group.ImpliesUpperBound(s)).Select((s, i) => new Candidate(i, s))];

        void Evaluate(Candidate[] some, int step) => workers.For(some.Length, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            some[i].Loss += loss(some[i].Scale, step);
        });

        // The steps on which the present scale loses most come first: there losers exceed the bound soonest.
        double[] presentLosses = new double[steps];
        workers.For(steps, step => presentLosses[step] = loss(candidates[0].Scale, step));
        int[] order = [.. Enumerable.Range(0, steps).OrderByDescending(s => presentLosses[s])];
        candidates[0].Loss = order.Sum(s => presentLosses[s]);
        Evaluate(candidates[1..], order[0]);
        Candidate[] leaders = [.. candidates[1..].OrderBy(c => c.Loss).ThenBy(c => c.Order).Take(Leaders)];
        foreach (int step in order.Skip(1))
        {
            Evaluate(leaders, step);
        }

        double bound = leaders.Append(candidates[0]).Min(c => c.Loss);
        Candidate[] alive = [.. candidates[1..].Except(leaders)];
        foreach (int step in order.Skip(1))
        {
            alive = [.. alive.Where(c => trace is not null || c.Loss <= bound)];
            Evaluate(alive, step);
        }

        Candidate best = alive.Concat(leaders).Append(candidates[0]).MinBy(c => (c.Loss, c.Order))!;
        scales[group] = best.Scale;
        trace?.Add(group, candidates.Select(c => new CurvePoint(c.Scale, c.Loss)), best.Scale);
        return new ScaleSearchOutcome(candidates[0].Loss, best.Loss, candidates.Length);
    }

    private sealed class Candidate(int order, float scale)
    {
        public int Order { get; } = order;

        public float Scale { get; } = scale;

        public double Loss { get; set; }
    }
}
