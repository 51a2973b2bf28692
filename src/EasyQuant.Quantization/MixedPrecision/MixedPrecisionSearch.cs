using System.Diagnostics;
using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Caching;

namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>
/// Looks for the cheapest bits, layer by layer, with which a network still does its task: the bits of least cost for a given noise of the
/// outputs are an integer programme, and the noise that the task bears is found by trying.
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

    // How far down from a bound that was too much: in proportion to the loss, but no closer than a difference can be measured, and no further than chance may have led.
    private const double ClosestStep = 1.0 / 2;
    private const double FurthestStep = 1.0 / 4;

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
        (double widest, double narrowest) = (choices.UniformNoise(0), choices.UniformNoise(options.Widths.Count - 1));
        List<MixedPrecisionTrial> trials = [];
        List<(double Noise, double Drop)> bounds = [];
        (QuantizationResult Result, MixedPrecisionTrial Trial)? best = null;
        HashSet<string> seen = [];
        for (int trial = 0; trial < options.Trials && (trial == 0 || Stopwatch.GetElapsedTime(start) < options.TimeBudget); trial++)
        {
            double noise = NextBound(bounds, options.TargetDrop, widest, narrowest);
            LayerBits bits = choices.CheapestWithin(noise);
            if (!seen.Add(string.Join(';', bits.Overrides)))
            {
                break;
            }

            QuantizationResult result = PostTrainingQuantizer.Run(model, samples, quantization with { Overrides = [.. bits.Overrides, .. quantization.Overrides] }, progress, cancellationToken);
            MixedPrecisionTrial measured = new(bits.Cost, bits.MeanBits, drop(result.Model), bits.Overrides);
            trials.Add(measured);
            tried?.Invoke(measured);
            bounds.Add((noise, measured.Drop));
            if (best is not { } b || BoundedChoice.IsBetter((measured.Drop, measured.Cost), (b.Trial.Drop, b.Trial.Cost), options.TargetDrop))
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

    /// <summary>
    /// The bound to try next: the middle (of logarithms) between the largest one that was borne and the next one that was not; as long as none was, a smaller one, that of the widest
    /// layers before any stays in float; and where the least was not borne either, the middle between two that lost little.
    /// </summary>
    /// <remarks>
    /// A loss on few samples has chance in it: of two networks the closer one may lose more. So what was borne once counts, whatever a closer network lost, and a network that lost a
    /// little too much does not make the search leave its neighbourhood.
    /// </remarks>
    /// <param name="tried">Bounds, and what the networks within them lost.</param>
    /// <param name="target">The most that may be lost.</param>
    /// <param name="widest">The noise with all layers at the most bits.</param>
    /// <param name="narrowest">The noise with all at the fewest.</param>
    internal static double NextBound(IReadOnlyList<(double Noise, double Drop)> tried, double target, double widest, double narrowest)
    {
        double least = FloatShare * widest;
        if (tried.Count == 0)
        {
            return Math.Sqrt(least * narrowest);
        }

        double[] borne = [.. tried.Where(t => t.Drop <= target).Select(t => t.Noise)];
        if (borne.Length > 0)
        {
            double reached = borne.Max();
            return Math.Sqrt(reached * tried.Where(t => t.Noise > reached).Select(t => t.Noise).DefaultIfEmpty(narrowest).Min());
        }

        (double noise, double drop) = tried.MinBy(t => t.Noise);
        if (noise <= least)
        {
            (double Noise, double Drop)[] ordered = [.. tried.OrderBy(t => t.Noise)];
            ((double Noise, double Drop) below, (double Noise, double Drop) above) = ordered.Zip(ordered.Skip(1)).MinBy(gap => gap.First.Drop + gap.Second.Drop);
            return Math.Sqrt(below.Noise * above.Noise);
        }

        double next = Math.Max(least, noise * Math.Clamp(target / drop, FurthestStep, ClosestStep));
        return noise > widest && next < widest ? widest : next;
    }
}
