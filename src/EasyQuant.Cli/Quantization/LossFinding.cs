using EasyQuant.Cli.Terminal;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Quantization;

/// <summary>What a quantized network loses in its task.</summary>
/// <param name="Kind">The figure.</param>
/// <param name="Loss">The float network's figure minus the quantized one's.</param>
/// <param name="Interval">Its 95 % interval.</param>
/// <param name="FloatScore">The float network's figure.</param>
/// <param name="Samples">Samples that it was measured on, none of which calibrated.</param>
internal sealed record LossFinding(ScoreKind Kind, double Loss, Interval Interval, double FloatScore, int Samples)
{
    /// <summary>Measures a quantized network.</summary>
    public static LossFinding Of(TaskLoss task, Model quantized, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        (double loss, Interval interval) = task.WithInterval(quantized, new EvaluationReporter("measuring", progress), cancellationToken);
        return new LossFinding(task.Kind, loss, interval, task.Reference, task.Samples);
    }

    /// <summary>A loss with its unit: points are percent points.</summary>
    public static string Amount(ScoreKind kind, double loss) => $"{loss.ToString($"F{kind.Digits}")}{UnitOf(kind)}";

    /// <summary>The loss as people say it: <c>top-1 loses 0.11 points (95 % interval -0.20 to 0.42)</c>.</summary>
    public override string ToString()
    {
        string format = $"F{Kind.Digits}";
        return $"{Kind.Title} loses {Amount(Kind, Loss)} (95 % interval {Interval.Low.ToString(format)} to {Interval.High.ToString(format)})";
    }

    /// <summary>The same, with what it is measured on.</summary>
    public string Sentence => $"{this} of {FloatScore.ToString($"F{Kind.Digits}")}{(Kind.Unit == "" ? "" : $" {Kind.Unit}")} on {Samples} samples";

    private static string UnitOf(ScoreKind kind) => kind.Unit switch { "" => "", "%" => " points", string unit => $" {unit}" };
}
