using System.Diagnostics;
using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Caching;

namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>
/// Looks for the bits, layer by layer, with which a network is as close to the float one as a bound on its time or size allows: the bits of
/// least noise for a given cost of the layers are an integer programme, and what the rest of the network takes is found by measuring.
/// </summary>
/// <remarks>
/// Time and size do not depend on how scales are found, so trials are quantized without a search. What a trial takes beyond its layers'
/// costs is taken off the bound of the next; two or three trials do. Only the last network is quantized as the options ask, and measured again.
/// </remarks>
public static class BudgetSearch
{
    // Another network is made where the last one, quantized as asked, takes more than its trial did.
    private const int LastNetworks = 3;

    /// <summary>Searches.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="samples">For calibration.</param>
    /// <param name="quantization">How the last network is quantized; bits of layers come before its own overrides.</param>
    /// <param name="options">The bound.</param>
    /// <param name="measure">What a quantized model takes, in the unit of the bound.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="tried">Told of each network as it has been measured.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ArgumentException">The options bound neither time nor size, or allow no network, or no bits.</exception>
    /// <exception cref="InvalidModelException">The model cannot be quantized.</exception>
    /// <exception cref="InvalidSampleException">A sample cannot be used.</exception>
    public static BudgetResult Run(
        Model model,
        ISampleSource samples,
        QuantizationOptions quantization,
        BudgetOptions options,
        Func<Model, double> measure,
        IProgress<QuantizationProgress>? progress = null,
        Action<BudgetTrial>? tried = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        long start = Stopwatch.GetTimestamp();
        quantization = quantization with { Cache = quantization.Cache ?? QuantizationCache.InMemory() };
        QuantizationOptions quick = quantization with { Method = QuantizationMethod.MinMax, Start = null, Reconstruction = null, KeepTrace = false };
        LayerChoices choices = LayerChoices.Measure(model, samples, quantization, options.Widths, options.Cost, progress, cancellationToken);
        List<BudgetTrial> trials = [];
        (QuantizationResult Result, BudgetTrial Trial) Make(QuantizationOptions how, LayerBits layers)
        {
            QuantizationResult result = PostTrainingQuantizer.Run(model, samples, how with { Overrides = [.. layers.Overrides, .. how.Overrides] }, progress, cancellationToken);
            BudgetTrial trial = new(measure(result.Model), layers.MeanBits, layers.Noise, layers.Overrides);
            trials.Add(trial);
            tried?.Invoke(trial);
            return (result, trial);
        }

        double bound = options.Budget;
        (BudgetTrial Trial, LayerBits Layers)? best = null;
        HashSet<string> seen = [];
        for (int i = 0; i < options.Trials && (i == 0 || Stopwatch.GetElapsedTime(start) < options.TimeBudget); i++)
        {
            LayerBits layers = choices.QuietestWithin(bound);
            if (!seen.Add(string.Join(';', layers.Overrides)))
            {
                break;
            }

            BudgetTrial trial = Make(quick, layers).Trial;
            if (best is not { } b || BoundedChoice.IsBetter((trial.Measured, trial.Noise), (b.Trial.Measured, b.Trial.Noise), options.Budget))
            {
                best = (trial, layers);
            }

            bound = layers.Cost + options.Budget - trial.Measured;
        }

        (BudgetTrial bestTrial, LayerBits chosen) = best!.Value;
        (QuantizationResult Result, BudgetTrial Trial) last = Make(quantization, chosen);
        for (int i = 1; i < LastNetworks && bestTrial.Measured <= options.Budget && last.Trial.Measured > options.Budget; i++)
        {
            chosen = choices.QuietestWithin(chosen.Cost + options.Budget - last.Trial.Measured);
            last = Make(quantization, chosen);
        }

        return new BudgetResult(last.Result, last.Trial, last.Trial.Measured <= options.Budget, trials);
    }
}
