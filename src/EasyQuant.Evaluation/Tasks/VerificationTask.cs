using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Metrics.Verification;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How well embeddings tell whether two pictures show the same person: the accuracy at the best threshold by ten folds, and the area under the ROC curve.</summary>
/// <remarks>
/// The similarity of two pictures is the cosine of their embeddings, <c>e_1 · e_2 / (|e_1| |e_2|)</c>. The accuracy's interval draws from the pairs'
/// verdicts as they are; the thresholds are not searched again. The seed of the options draws the pairs of different persons.
/// </remarks>
/// <param name="pictures">Pictures; their labels say who is on them.</param>
public sealed class VerificationTask(ISampleSource pictures) : MeasuredTask<int, (int Person, float[] Embedding)>(
    new LabelledSamples(pictures, name => $"Nothing says who is on picture '{name}'. Put the pictures of each person into a folder of their own."))
{
    /// <inheritdoc/>
    public override IReadOnlyList<ScoreKind> Kinds { get; } = [new("accuracy", "accuracy", "%", 2), new("auc", "ROC AUC", "", 5)];

    private protected override (int Person, float[] Embedding) ScoreOf(SampleWithTruth<int> sample, EvaluatedModel model, Tensor output) =>
        (sample.Truth, output.AsSpan<float>().ToArray());

    private protected override TaskFigures FiguresOf((int Person, float[] Embedding)[] scores, TaskOptions options)
    {
        IReadOnlyList<VerificationPair> pairs = VerificationPairs.Draw([.. scores.Select(s => s.Person)], options.Seed);
        bool[] isSame = [.. pairs.Select(p => p.IsSame)];
        double[] similarities = [.. pairs.Select(p => Similarity(scores[p.First].Embedding, scores[p.Second].Embedding))];
        bool[] right = FoldedAccuracy.Judge(similarities, isSame);
        return new TaskFigures(pairs.Count, "pairs", draw =>
        [
            100.0 * draw.Count(i => right[i]) / draw.Length,
            RocCurve.Area(Array.ConvertAll(draw, i => similarities[i]), Array.ConvertAll(draw, i => isSame[i])),
        ]);
    }

    private static double Similarity(float[] first, float[] second) => TensorError.Between(first, second).Cosine;
}
