using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>What one model made of every sample.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Samples">For each sample what its output was reduced to.</param>
/// <param name="Error">The outputs against the reference's.</param>
internal sealed record ModelScores<T>(string Model, T[] Samples, TensorError Error);

/// <summary>Runs models over samples and reduces each output at once, so that outputs need not be kept.</summary>
/// <remarks>What comes out is in the order of the samples and does not depend on the number of threads.</remarks>
internal static class TaskRunner
{
    /// <summary>Reduces each model's output for each sample by <paramref name="reduce"/>, which gets the sample, its truth, the model and the output.</summary>
    /// <exception cref="InvalidSampleException">There is no sample, or one cannot be used.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run, or its output has not the reference's shape.</exception>
    public static ModelScores<TScore>[] Run<TTruth, TScore>(
        IReadOnlyList<EvaluatedModel> models,
        ITruthSource<TTruth> samples,
        Func<SampleWithTruth<TTruth>, EvaluatedModel, Tensor, TScore> reduce,
        TaskOptions options,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(models.Count, nameof(models));
        if (samples.Count == 0)
        {
            throw new InvalidSampleException("There is no sample to evaluate on.");
        }

        TScore[][] scores = [.. models.Select(_ => new TScore[samples.Count])];
        TensorError[][] errors = [.. models.Select(_ => new TensorError[samples.Count])];
        int done = 0;
        ParallelSamples.Run(samples.Count, options.Threads, index =>
        {
            SampleWithTruth<TTruth> sample = samples.Read(index);
            Tensor? reference = null;
            for (int m = 0; m < models.Count; m++)
            {
                Tensor output = models[m].Run(sample.Sample.Name, sample.Sample.Inputs, cancellationToken);
                reference ??= output;
                if (output.Shape != reference.Shape)
                {
                    throw new InvalidModelException(
                        $"Model '{models[m].Name}': output '{models[m].OutputName}' is {output}, but the reference '{models[0].Name}' gives {reference}. Evaluate models of one task together.");
                }

                scores[m][index] = reduce(sample, models[m], output);
                errors[m][index] = TensorError.Between(reference.AsSpan<float>(), output.AsSpan<float>());
            }

            progress?.Report(new EvaluationProgress(Interlocked.Increment(ref done), samples.Count));
        }, cancellationToken);

        return [.. models.Select((m, i) => new ModelScores<TScore>(m.Name, scores[i], TensorError.Pool(errors[i])))];
    }
}
