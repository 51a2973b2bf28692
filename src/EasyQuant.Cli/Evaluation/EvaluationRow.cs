using EasyQuant.Evaluation.Metrics;

namespace EasyQuant.Cli.Evaluation;

/// <summary>One model's line in the result of <c>evaluate</c> and <c>demo</c>; the JSON document has this form.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method">How it was quantized, or <c>fp32</c>.</param>
/// <param name="Bits">Bits of the weights.</param>
/// <param name="Top1">Percent.</param>
/// <param name="Top5">Percent.</param>
/// <param name="Agreement">Percent of samples where the first class is the reference's.</param>
/// <param name="Cosine">Mean cosine of the outputs with the reference's.</param>
/// <param name="SqnrDb">Signal to noise of the outputs; nothing where they are equal.</param>
/// <param name="Bytes">The size of the model's file.</param>
/// <param name="Top1Loss">The points of top-1 that the reference has more; nothing for the reference.</param>
/// <param name="Top1LossMargin">Half the 95 % interval of that, from the samples that only one of the two gets right.</param>
internal sealed record EvaluationRow(
    string Model, string Method, int Bits, double? Top1, double? Top5, double Agreement, double Cosine, double SqnrDb, long Bytes, double? Top1Loss, double? Top1LossMargin)
{
    public static EvaluationRow Of(string model, ModelKind kind, ClassificationMetrics metrics, long bytes) => new(
        model, kind.Method, kind.Bits, metrics.Top1, metrics.Top5, metrics.Agreement, metrics.Error.Cosine, metrics.Error.SqnrDb, bytes, metrics.Top1Loss?.Points, metrics.Top1Loss?.Margin);
}
