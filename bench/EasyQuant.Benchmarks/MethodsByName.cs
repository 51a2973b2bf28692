using EasyQuant.Quantization;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;

namespace EasyQuant.Benchmarks;

/// <summary>The methods by their names on the command line; <c>+r</c> is reconstruction of weights.</summary>
internal static class MethodsByName
{
    public static IReadOnlyDictionary<string, QuantizationOptions> All { get; } = new Dictionary<string, QuantizationOptions>
    {
        ["kl"] = new() { Method = QuantizationMethod.Kl },
        ["eq"] = new() { Method = QuantizationMethod.EasyQuant },
        ["eq+r"] = new() { Method = QuantizationMethod.EasyQuant, Reconstruction = new WeightReconstructionOptions() },
        ["minmax"] = new() { Method = QuantizationMethod.MinMax },
        ["percentile"] = new() { Method = QuantizationMethod.Percentile },
        ["mse"] = new() { Method = QuantizationMethod.MeanSquaredError },
    };
}
