using EasyQuant.Quantization;

namespace EasyQuant.Cli.Quantization;

/// <summary>What the command line calls the methods.</summary>
internal static class MethodNames
{
    public static IReadOnlyDictionary<string, QuantizationMethod> All { get; } = new Dictionary<string, QuantizationMethod>
    {
        ["eq"] = QuantizationMethod.EasyQuant,
        ["minmax"] = QuantizationMethod.MinMax,
        ["kl"] = QuantizationMethod.Kl,
        ["percentile"] = QuantizationMethod.Percentile,
        ["mse"] = QuantizationMethod.MeanSquaredError,
    };
}
