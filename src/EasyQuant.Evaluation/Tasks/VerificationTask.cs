using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics.Verification;
using EasyQuant.Graphs;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How well embeddings tell whether two pictures show the same person: the area under the ROC curve, and the accuracy at the best threshold by ten folds.</summary>
/// <remarks>
/// The similarity of two pictures is the cosine of their embeddings, <c>e_1 · e_2 / (|e_1| |e_2|)</c>. The accuracy's interval draws from the pairs'
/// verdicts as they are; the thresholds are not searched again.
/// </remarks>
public static class VerificationTask
{
    private static readonly ScoreKind[] s_kinds = [new("accuracy", "accuracy", "%", 2), new("auc", "ROC AUC", "", 5)];

    /// <summary>Measures models; the first is the reference.</summary>
    /// <param name="models">Models whose output for a picture is its embedding.</param>
    /// <param name="pictures">Pictures; their labels say who is on them.</param>
    /// <param name="options">How it is run; the seed draws the pairs of different persons too.</param>
    /// <param name="progress">Told how far the runs are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidSampleException">A picture cannot be read, does not fit or has no label, or there are not two persons, or not two pictures of one.</exception>
    /// <exception cref="InvalidModelException">A model cannot be run.</exception>
    public static TaskReport Run(
        IReadOnlyList<EvaluatedModel> models,
        ISampleSource pictures,
        TaskOptions options,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ModelScores<(int Person, float[] Embedding)>[] scores = TaskRunner.Run(
            models, new PersonSource(pictures), (picture, _, output) => (picture.Truth, output.AsSpan<float>().ToArray()), options, progress, cancellationToken);
        IReadOnlyList<VerificationPair> pairs = VerificationPairs.Draw([.. scores[0].Samples.Select(s => s.Person)], options.Seed);
        bool[] isSame = [.. pairs.Select(p => p.IsSame)];
        ScoreComparison comparison = new(options.Bootstrap, s_kinds, pairs.Count);
        return new TaskReport(pictures.Count, pairs.Count, "pairs", [.. scores.Select(s =>
        {
            double[] similarities = [.. pairs.Select(p => Similarity(s.Samples[p.First].Embedding, s.Samples[p.Second].Embedding))];
            bool[] right = FoldedAccuracy.Judge(similarities, isSame);
            return new TaskResult(s.Model, comparison.Add(draw => Figures(draw, similarities, isSame, right), cancellationToken), s.Error);
        })]);
    }

    private static double[] Figures(int[] draw, double[] similarities, bool[] isSame, bool[] right) =>
    [
        100.0 * draw.Count(i => right[i]) / draw.Length,
        RocCurve.Area(Array.ConvertAll(draw, i => similarities[i]), Array.ConvertAll(draw, i => isSame[i])),
    ];

    private static double Similarity(float[] first, float[] second) => Metrics.TensorError.Between(first, second).Cosine;

    private sealed class PersonSource(ISampleSource pictures) : ITruthSource<int>
    {
        public int Count => pictures.Count;

        public SampleWithTruth<int> Read(int index)
        {
            Sample sample = pictures.Read(index);
            return new(sample, sample.Label ?? throw new InvalidSampleException(
                $"Nothing says who is on picture '{sample.Name}'. Put the pictures of each person into a folder of their own."));
        }
    }
}
