using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How often a model's highest scores are at the right class, each model by itself; <see cref="ClassificationTask"/> compares outputs too.</summary>
/// <param name="samples">Samples; their labels are the classes.</param>
public sealed class NamingTask(ISampleSource samples)
    : MeasuredTask<int, int>(new LabelledSamples(samples, name => $"Nothing says what is on sample '{name}'. An accuracy needs labelled samples beside those of the calibration: give --labels FILE.csv, or put the samples of each class into a folder of their own."))
{
    /// <inheritdoc/>
    public override IReadOnlyList<ScoreKind> Kinds { get; } = [new(ClassificationTask.Top1, "top-1", "%", 2), new(ClassificationTask.Top5, "top-5", "%", 2)];

    // The place of the right class.
    private protected override int ScoreOf(SampleWithTruth<int> sample, EvaluatedModel model, Tensor output) => sample.Truth >= 0 && sample.Truth < output.Count
        ? ClassRanking.PlaceOf(output.AsSpan<float>(), sample.Truth)
        : throw new InvalidSampleException($"Sample '{sample.Sample.Name}' has label {sample.Truth}, but model '{model.Name}' has {output.Count} classes, 0 to {output.Count - 1}.");

    private protected override TaskFigures FiguresOf(int[] scores, TaskOptions options) => new(
        scores.Length, "pictures",
        draw => [Percent(draw, i => scores[i] == 0), Percent(draw, i => scores[i] < ClassificationMetrics.TopCount)]);

    private static double Percent(int[] draw, Func<int, bool> holds) => 100.0 * draw.Count(holds) / draw.Length;
}
