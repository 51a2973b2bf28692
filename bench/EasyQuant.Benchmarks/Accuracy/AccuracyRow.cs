using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>One line of the accuracy table, of the pictures not calibrated on.</summary>
/// <param name="Network">The network.</param>
/// <param name="Label"><c>FP32</c>, <c>INT8-EQ</c>, ...</param>
/// <param name="Seed">What drew the pictures to calibrate on.</param>
/// <param name="Samples">How many pictures were measured on.</param>
/// <param name="Result">The figures of <see cref="ClassificationTask"/>.</param>
/// <param name="Bytes">The size of the model's file.</param>
/// <param name="JudgeTop1">Top-1 in percent by ONNX Runtime, where it was asked.</param>
internal sealed record AccuracyRow(string Network, string Label, ulong Seed, int Samples, TaskResult Result, long Bytes, double? JudgeTop1)
{
    public const string Float = "FP32";

    /// <summary>The figure of one of the keys of <see cref="ClassificationTask"/>.</summary>
    public TaskScore this[string key] => Result.Scores.Single(s => s.Kind.Key == key);
}
