using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Sensitivity;

/// <summary>What quantizing a layer to some bits does to the outputs of the network.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Bits">Bits of its weights and its input.</param>
/// <param name="AloneNoise">Noise of the outputs where this layer alone is quantized.</param>
/// <param name="WithoutNoise">Noise of the outputs where all layers but this one are quantized to so many bits.</param>
/// <param name="AloneMetric">The task's metric where this layer alone is quantized; nothing where none is measured.</param>
/// <param name="WithoutMetric">The task's metric where all but this one are.</param>
public sealed record LayerSensitivity(string Layer, int Bits, double AloneNoise, double WithoutNoise, double? AloneMetric, double? WithoutMetric);

/// <summary>Of some bits: what quantizing all layers does.</summary>
/// <param name="Bits">The bits.</param>
/// <param name="Noise">Noise of the outputs.</param>
/// <param name="Metric">The task's metric; nothing where none is measured.</param>
public sealed record UniformNoise(int Bits, double Noise, double? Metric);

/// <summary>Quantizes one layer at a time, and all but one, and looks at the outputs of the network.</summary>
/// <remarks>
/// Thresholds are those of the options' calibrator, without a search: a layer that is hard for the calibrator is the one to look
/// at. Noise is in the sense of <see cref="OutputNoise"/>.
/// </remarks>
public static class SensitivityAnalysis
{
    /// <summary>Measures every layer at every width.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="samples">Calibrate and are looked at.</param>
    /// <param name="options">How thresholds are chosen; their bits are replaced by the widths.</param>
    /// <param name="widths">Bits, 2 to 8.</param>
    /// <param name="metric">Measures the task on a model; null measures noise only.</param>
    /// <param name="progress">Told after each model.</param>
    /// <param name="cancellationToken">Ends the analysis.</param>
    /// <exception cref="InvalidModelException">The model cannot be quantized.</exception>
    /// <exception cref="InvalidSampleException">A sample cannot be used.</exception>
    public static (IReadOnlyList<UniformNoise> Uniform, IReadOnlyList<LayerSensitivity> Layers) Run(
        Model model,
        ISampleSource samples,
        QuantizationOptions options,
        IReadOnlyList<int> widths,
        Func<Model, double>? metric = null,
        IProgress<QuantizationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using OutputNoise outputs = new(model, samples, options.Threads, cancellationToken);
        List<UniformNoise> uniform = [];
        List<LayerSensitivity> layers = [];
        QuantizationCache statistics = options.Cache ?? QuantizationCache.InMemory();
        foreach (int bits in widths)
        {
            LayerVariants variants = LayerVariants.Of(model, samples, options with { WeightBits = bits, ActivationBits = bits, Cache = statistics }, cancellationToken);
            Model all = variants.With(_ => true)!;
            uniform.Add(new UniformNoise(bits, outputs.Of(all, cancellationToken), metric?.Invoke(all)));
            foreach (QuantizableLayer layer in variants.Layers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Model alone = variants.With(l => l == layer)!;
                Model without = variants.With(l => l != layer) ?? model;
                layers.Add(new LayerSensitivity(
                    layer.Name, bits, outputs.Of(alone, cancellationToken), outputs.Of(without, cancellationToken), metric?.Invoke(alone), metric?.Invoke(without)));
                progress?.Report(new QuantizationProgress("sensitivity", layers.Count, variants.Layers.Count * widths.Count, layer.Name));
            }
        }

        return (uniform, layers);
    }
}
