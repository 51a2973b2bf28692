using EasyQuant.Quantization;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;

namespace EasyQuant.Benchmarks;

/// <summary>The methods by their names on the command line: how scales are chosen, and what else is done, <c>minmax+e+r</c>.</summary>
internal static class MethodsByName
{
    private static readonly Dictionary<string, QuantizationMethod> s_scales = new()
    {
        ["kl"] = QuantizationMethod.Kl,
        ["eq"] = QuantizationMethod.EasyQuant,
        ["minmax"] = QuantizationMethod.MinMax,
        ["percentile"] = QuantizationMethod.Percentile,
        ["mse"] = QuantizationMethod.MeanSquaredError,
    };

    private static readonly Dictionary<string, Func<QuantizationOptions, QuantizationOptions>> s_additions = new()
    {
        ["e"] = o => o with { Equalize = true },
        ["r"] = o => o with { Reconstruction = new WeightReconstructionOptions() },
        ["symmetric"] = o => o with { ActivationGrid = ActivationGrid.Symmetric },
    };

    /// <summary>What may be written, in a sentence.</summary>
    public static string Help => $"{string.Join(", ", s_scales.Keys)}; with +e channels are equalized, with +r weights reconstructed, with +symmetric activations have no zero points";

    /// <summary>The options that a name stands for; nothing where it is none.</summary>
    public static QuantizationOptions? Of(string name)
    {
        string[] parts = name.Split('+');
        return s_scales.TryGetValue(parts[0], out QuantizationMethod method) && parts.Skip(1).All(s_additions.ContainsKey)
            ? parts.Skip(1).Aggregate(new QuantizationOptions { Method = method }, (options, addition) => s_additions[addition](options))
            : null;
    }
}
