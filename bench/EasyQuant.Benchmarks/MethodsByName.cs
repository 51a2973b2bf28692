using EasyQuant.Quantization;

namespace EasyQuant.Benchmarks;

/// <summary>The methods by their names on the command line.</summary>
internal static class MethodsByName
{
    public static IReadOnlyDictionary<string, QuantizationMethod> All { get; } = new Dictionary<string, QuantizationMethod>
    {
        ["kl"] = QuantizationMethod.Kl,
        ["eq"] = QuantizationMethod.EasyQuant,
        ["minmax"] = QuantizationMethod.MinMax,
        ["percentile"] = QuantizationMethod.Percentile,
        ["mse"] = QuantizationMethod.MeanSquaredError,
    };
}
