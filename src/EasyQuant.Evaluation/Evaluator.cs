using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation;

/// <summary>How samples are run; never what comes out.</summary>
public sealed record EvaluationOptions
{
    /// <summary>How many samples, or batches, run beside each other.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How many samples run at once along the first dimension, which then has to be symbolic in every model.</summary>
    public int BatchSize { get; init; } = 1;
}

/// <summary>Where an evaluation stands.</summary>
/// <param name="Done">Samples that every model has run.</param>
/// <param name="Total">All samples.</param>
public readonly record struct EvaluationProgress(int Done, int Total);

/// <summary>Runs several models on the same samples and measures each against the labels and against the first, the reference.</summary>
/// <remarks>
/// Models with feedback run each sequence of an <see cref="ISequenceSource"/> from its beginning, every model on its own states.
/// The results are summed in the order of the samples, so they do not depend on the number of threads.
/// </remarks>
public static class Evaluator
{
    /// <summary>The metrics of each model, in the order of <paramref name="models"/>; the first is the reference.</summary>
    /// <exception cref="InvalidSampleException">A sample cannot be read, does not fit, or has a label that is no class.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run, or its output does not have the reference's size.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public static IReadOnlyList<ClassificationMetrics> Run(
        IReadOnlyList<EvaluatedModel> models,
        ISampleSource samples,
        EvaluationOptions? options = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        IReadOnlyList<SampleScore[]> scores = Score(models, samples, options, progress, cancellationToken);
        return [.. scores.Select(own => ClassificationMetrics.Of(own) with { Top1Loss = Top1Loss(scores[0], own) })];
    }

    /// <summary>The same, sample by sample: of each model its scores in the order of the samples.</summary>
    /// <exception cref="InvalidSampleException">A sample cannot be read, does not fit, or has a label that is no class.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run, or its output does not have the reference's size.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public static IReadOnlyList<SampleScore[]> Score(
        IReadOnlyList<EvaluatedModel> models,
        ISampleSource samples,
        EvaluationOptions? options = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new EvaluationOptions();
        ArgumentOutOfRangeException.ThrowIfZero(models.Count, nameof(models));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        if (samples.Count == 0)
        {
            throw new InvalidSampleException("There is no sample to evaluate on.");
        }

        SampleScore[][] scores = [.. models.Select(_ => new SampleScore[samples.Count])];
        if (models.Any(m => m.Feedback is not null))
        {
            ScoreSequences(models, samples, scores, options.Threads, progress, cancellationToken);
            return scores;
        }

        int done = 0;
        ParallelSamples.Run((samples.Count + options.BatchSize - 1) / options.BatchSize, options.Threads, index =>
        {
            int start = index * options.BatchSize;
            SampleBatch batch = SampleBatch.Read(samples, start, Math.Min(options.BatchSize, samples.Count - start));
            ScoreBatch(models, batch, start, scores, m => models[m].Run(batch.Name, batch.Inputs, cancellationToken));
            progress?.Report(new EvaluationProgress(Interlocked.Add(ref done, batch.Count), samples.Count));
        }, cancellationToken);

        return scores;
    }

    private static PairedDifference? Top1Loss(SampleScore[] reference, SampleScore[] own)
    {
        int[] labelled = [.. Enumerable.Range(0, reference.Length).Where(i => reference[i].PlaceOfLabel is not null)];
        return labelled.Length == 0 || reference == own
            ? null
            : PairedDifference.Of(Array.ConvertAll(labelled, i => reference[i].PlaceOfLabel == 0), Array.ConvertAll(labelled, i => own[i].PlaceOfLabel == 0));
    }

    // Each model has states of its own, made by its own outputs.
    private static void ScoreSequences(
        IReadOnlyList<EvaluatedModel> models, ISampleSource samples, SampleScore[][] scores, int threads, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        ISequenceSource sequences = samples as ISequenceSource ?? throw new ArgumentException("Models with feedback are evaluated on sequences.", nameof(samples));
        int[] starts = UnrolledSource.Starts(sequences);
        int done = 0;
        ParallelSamples.Run(starts.Length, threads, sequence =>
        {
            IReadOnlyDictionary<string, Tensor>?[] outputs = new IReadOnlyDictionary<string, Tensor>?[models.Count];
            for (int step = starts[sequence]; step < starts[sequence] + sequences.Lengths[sequence]; step++)
            {
                Sample sample = sequences.Read(step);
                ScoreBatch(models, new SampleBatch(sample.Name, sample.Inputs, [sample.Label]), step, scores, m => models[m].Step(sample, ref outputs[m], cancellationToken));
                progress?.Report(new EvaluationProgress(Interlocked.Increment(ref done), samples.Count));
            }
        }, cancellationToken);
    }

    private static void ScoreBatch(
        IReadOnlyList<EvaluatedModel> models, SampleBatch batch, int start, SampleScore[][] scores, Func<int, Tensor> run)
    {
        Tensor? reference = null;
        for (int m = 0; m < models.Count; m++)
        {
            Tensor output = run(m);
            reference ??= output;
            RequireFitting(models, m, batch, reference, output);
            for (int i = 0; i < batch.Count; i++)
            {
                scores[m][start + i] = SampleScore.Of(batch.OutputOf(i, reference), batch.OutputOf(i, output), batch.Labels[i]);
            }
        }
    }

    private static void RequireFitting(IReadOnlyList<EvaluatedModel> models, int m, SampleBatch batch, Tensor reference, Tensor output)
    {
        if (output.Count == 0 || (batch.Count > 1 && (output.Shape.Rank == 0 || output.Shape[0] != batch.Count)))
        {
            throw new InvalidModelException(
                $"Model '{models[m].Name}': output '{models[m].OutputName}' is {output} for a batch of {batch.Count}, expected a first dimension of {batch.Count}.");
        }

        if (output.Count != reference.Count)
        {
            throw new InvalidModelException(
                $"Model '{models[m].Name}': output '{models[m].OutputName}' is {output}, but the reference '{models[0].Name}' gives {reference}. Evaluate models of one task together.");
        }

        int classes = output.Count / batch.Count;
        if (batch.Labels.FirstOrDefault(l => l < 0 || l >= classes) is { } label)
        {
            throw new InvalidSampleException(
                $"Sample '{batch.Name}' has label {label}, but model '{models[m].Name}' has {classes} classes, 0 to {classes - 1}.");
        }
    }
}
