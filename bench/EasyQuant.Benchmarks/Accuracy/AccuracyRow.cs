using EasyQuant.Evaluation.Metrics;

namespace EasyQuant.Benchmarks.Accuracy;

/// <summary>One line of the accuracy table; percentages, of the pictures not calibrated on.</summary>
/// <param name="Model">The network.</param>
/// <param name="Method"><c>fp32</c>, <c>kl</c>, <c>eq</c>, ...</param>
/// <param name="Bits">Bits of weights.</param>
/// <param name="ActivationBits">Bits of activations.</param>
/// <param name="Samples">How many pictures were measured on.</param>
/// <param name="Top1">Pictures whose class has the highest score.</param>
/// <param name="Top5">Pictures whose class is among the five highest scores.</param>
/// <param name="Agreement">Pictures where the highest score is at the float network's class.</param>
/// <param name="Cosine">Mean cosine of the outputs with the float network's.</param>
/// <param name="SqnrDb">Signal to noise of the outputs; nothing where they are equal.</param>
/// <param name="Bytes">The size of the model's file.</param>
/// <param name="JudgeTop1">Top-1 by ONNX Runtime, where it was asked.</param>
internal sealed record AccuracyRow(
    string Model, string Method, int Bits, int ActivationBits, int Samples, double Top1, double Top5, double Agreement, double Cosine, double? SqnrDb, long Bytes, double? JudgeTop1)
{
    /// <summary>The method as tables name it: <c>FP32</c>, <c>INT8-EQ</c>, <c>W4A8-EQ+R</c>.</summary>
    public string Label => Method == ModelVariant.FloatMethod ? "FP32" : $"{(Bits == ActivationBits ? $"INT{Bits}" : $"W{Bits}A{ActivationBits}")}-{Method.ToUpperInvariant()}";

    public static AccuracyRow Of(string model, ModelVariant variant, ClassificationMetrics metrics, double? judgeTop1) => new(
        model, variant.Method, variant.Bits, variant.ActivationBits, metrics.Samples, metrics.Top1!.Value, metrics.Top5!.Value, metrics.Agreement,
        metrics.Error.Cosine, double.IsFinite(metrics.Error.SqnrDb) ? metrics.Error.SqnrDb : null, new FileInfo(variant.Path).Length, judgeTop1);
}

/// <summary>A model file to be measured.</summary>
/// <param name="Method"><see cref="FloatMethod"/>, or the method's short name.</param>
/// <param name="Bits">Bits of weights.</param>
/// <param name="ActivationBits">Bits of activations.</param>
/// <param name="Path">The file.</param>
internal sealed record ModelVariant(string Method, int Bits, int ActivationBits, string Path)
{
    public const string FloatMethod = "fp32";
}
