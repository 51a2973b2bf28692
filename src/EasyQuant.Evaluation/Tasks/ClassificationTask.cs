using EasyQuant.Data;
using EasyQuant.Evaluation.Metrics;

namespace EasyQuant.Evaluation.Tasks;

/// <summary>How well models name what is on pictures, with the part of each figure that chance explains.</summary>
/// <remarks>
/// The figures are those of <see cref="ClassificationMetrics"/>; their intervals draw from the samples. Of agreement, cosine and SQNR, which are figures
/// against the reference already, the difference from the reference's own says nothing more.
/// </remarks>
public static class ClassificationTask
{
    /// <summary>The key of the share of samples whose class has the highest score.</summary>
    public const string Top1 = "top1";

    /// <summary>The key of the share of samples whose class is among the five highest scores.</summary>
    public const string Top5 = "top5";

    /// <summary>The key of the share of samples where the highest score is at the reference's class.</summary>
    public const string Agreement = "agreement";

    /// <summary>The key of the mean cosine of the outputs with the reference's.</summary>
    public const string Cosine = "cosine";

    /// <summary>The key of the signal to noise of the outputs, powers summed over the samples.</summary>
    public const string Sqnr = "sqnrDb";

    private static readonly ScoreKind[] s_kinds =
    [
        new(Top1, "top-1", "%", 2), new(Top5, "top-5", "%", 2), new(Agreement, "agreement", "%", 2), new(Cosine, "cosine", "", 6), new(Sqnr, "SQNR", "dB", 1),
    ];

    /// <summary>Measures models; the first is the reference.</summary>
    /// <param name="models">Models whose output is a score for each class.</param>
    /// <param name="samples">Labelled samples.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="progress">Told how far the runs are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidSampleException">A sample cannot be read, does not fit, or has no label or one that is no class.</exception>
    /// <exception cref="EasyQuant.Graphs.InvalidModelException">A model cannot be run, or its output does not have the reference's size.</exception>
    public static TaskReport Run(
        IReadOnlyList<EvaluatedModel> models,
        ISampleSource samples,
        TaskOptions options,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        IReadOnlyList<SampleScore[]> scores = Evaluator.Score(models, samples, new EvaluationOptions { Threads = options.Threads }, progress, cancellationToken);
        if (Array.FindIndex(scores[0], s => s.PlaceOfLabel is null) is >= 0 and int unlabelled)
        {
            throw new InvalidSampleException($"Nothing says what is on sample '{samples.Read(unlabelled).Name}'. Give a file of labels, or put the samples of each class into a folder of their own.");
        }

        ScoreComparison comparison = new(options.Bootstrap, s_kinds, samples.Count);
        return new TaskReport(samples.Count, samples.Count, "pictures", [.. models.Select((model, m) => new TaskResult(
            model.Name, comparison.Add(draw => Figures(Array.ConvertAll(draw, i => scores[m][i])), cancellationToken), TensorError.Pool(scores[m].Select(s => s.Error))))]);
    }

    private static double[] Figures(SampleScore[] scores)
    {
        ClassificationMetrics metrics = ClassificationMetrics.Of(scores);
        return [metrics.Top1!.Value, metrics.Top5!.Value, metrics.Agreement, metrics.Error.Cosine, metrics.Error.SqnrDb];
    }
}
