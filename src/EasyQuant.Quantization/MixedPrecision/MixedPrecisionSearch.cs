using System.Diagnostics;
using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Caching;

namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>
/// Looks for the cheapest bits, layer by layer, with which a network still does its task: the bits of least cost for a given noise of the
/// outputs are an integer programme, and the noise that the task bears is found by halving.
/// </summary>
/// <remarks>
/// Noises of layers are measured one at a time and taken to add up, as in the published mixed-precision methods (HAWQ, arXiv
/// 1905.03696, and after it); layers' times are measured on the engine that will run them, as in on-chip hardware-aware quantization (arXiv
/// 2309.01945); what a choice really loses is measured on the quantized network before it is believed.
/// </remarks>
public static class MixedPrecisionSearch
{
    // Below the noise of the widest layers some must stay in float; above that of the narrowest nothing is left to save.
    private const double FloatShare = 0.25;

    /// <summary>Searches.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="samples">For calibration.</param>
    /// <param name="quantization">How networks are quantized; bits of layers come before its own overrides.</param>
    /// <param name="options">The target.</param>
    /// <param name="drop">What the task's metric loses with a quantized model.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="tried">Told of each network as it has been measured.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ArgumentException">The options allow no network, or no bits.</exception>
    /// <exception cref="InvalidModelException">The model cannot be quantized.</exception>
    /// <exception cref="InvalidSampleException">A sample cannot be used.</exception>
    public static MixedPrecisionResult Run(
        Model model,
        ISampleSource samples,
        QuantizationOptions quantization,
        MixedPrecisionOptions options,
        Func<Model, double> drop,
        IProgress<QuantizationProgress>? progress = null,
        Action<MixedPrecisionTrial>? tried = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        long start = Stopwatch.GetTimestamp();

        // A trace is wanted of the network that is kept only.
        bool keepTrace = quantization.KeepTrace;
        quantization = quantization with { KeepTrace = false, Cache = quantization.Cache ?? QuantizationCache.InMemory() };
        LayerChoices choices = LayerChoices.Measure(model, samples, quantization, options.Widths, options.Cost, progress, cancellationToken);
        (double low, double high) = (Math.Log(FloatShare * choices.UniformNoise(0)), Math.Log(choices.UniformNoise(options.Widths.Count - 1)));
        List<MixedPrecisionTrial> trials = [];
        (QuantizationResult Result, MixedPrecisionTrial Trial)? best = null;
        HashSet<string> seen = [];
        for (int trial = 0; trial < options.Trials && (trial == 0 || Stopwatch.GetElapsedTime(start) < options.TimeBudget); trial++)
        {
            double noise = Math.Exp((low + high) / 2);
            LayerBits bits = choices.CheapestWithin(noise);
            if (!seen.Add(string.Join(';', bits.Overrides)))
            {
                break;
            }

            QuantizationResult result = PostTrainingQuantizer.Run(model, samples, quantization with { Overrides = [.. bits.Overrides, .. quantization.Overrides] }, progress, cancellationToken);
            MixedPrecisionTrial measured = new(bits.Cost, bits.MeanBits, drop(result.Model), bits.Overrides);
            trials.Add(measured);
            tried?.Invoke(measured);
            if (measured.Drop <= options.TargetDrop)
            {
                low = (low + high) / 2;
            }
            else
            {
                high = (low + high) / 2;
            }

            if (best is not { } b || IsBetter(measured, b.Trial, options.TargetDrop))
            {
                best = (result, measured);
            }
        }

        (QuantizationResult kept, MixedPrecisionTrial keptTrial) = best!.Value;
        if (keepTrace)
        {
            kept = PostTrainingQuantizer.Run(model, samples, quantization with { KeepTrace = true, Overrides = [.. keptTrial.Overrides, .. quantization.Overrides] }, progress, cancellationToken);
        }

        return new MixedPrecisionResult(kept, keptTrial, keptTrial.Drop <= options.TargetDrop, trials);
    }

    private static bool IsBetter(MixedPrecisionTrial one, MixedPrecisionTrial other, double target) =>
        (one.Drop <= target, other.Drop <= target) switch
        {
            (true, true) => one.Cost < other.Cost,
            (false, false) => one.Drop < other.Drop,
            (bool reached, _) => reached,
        };
}
