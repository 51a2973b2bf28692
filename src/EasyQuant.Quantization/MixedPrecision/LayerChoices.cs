using System.Text.RegularExpressions;
using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Sensitivity;
using EasyQuant.Runtime.Inference;

namespace EasyQuant.Quantization.MixedPrecision;

/// <summary>What each layer may be, what it takes and what noise it brings. Layers that read the same tensor choose together.</summary>
internal sealed class LayerChoices
{
    private const int FloatBits = 32;

    // Of float products against those of bytes, where time is what counts: enough to make them the last resort.
    private const double FloatSlowdown = 4;

    // Of the cost of a network all in float.
    private const double BelowFloat = 0.999;

    private const int TimedRuns = 30;

    private readonly QuantizableLayer[][] _units;
    private readonly int[] _bits;
    private readonly double[][] _costs;
    private readonly double[][] _noises;
    private readonly Dictionary<QuantizableLayer, long> _macs;

    private LayerChoices(QuantizableLayer[][] units, int[] bits, double[][] costs, double[][] noises, Dictionary<QuantizableLayer, long> macs)
    {
        _units = units;
        _bits = bits;
        _costs = costs;
        _noises = noises;
        _macs = macs;
    }

    /// <summary>The noise of the outputs if all layers have the bits of that place, taken as the sum of each one's.</summary>
    public double UniformNoise(int width) => _noises.Sum(n => n[width]);

    /// <summary>Measures every layer alone at every width.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="samples">For calibration.</param>
    /// <param name="options">How networks will be quantized, with a cache: all widths share their statistics.</param>
    /// <param name="widths">Bits that a layer may have, most first, beside float.</param>
    /// <param name="cost">What costs are.</param>
    /// <param name="progress">Told of every layer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static LayerChoices Measure(
        Model model, ISampleSource samples, QuantizationOptions options, IReadOnlyList<int> widths, BitCost cost, IProgress<QuantizationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options.Cache);
        using OutputNoise outputs = new(model, samples, options.Threads, cancellationToken);
        QuantizableLayer[][] units = [];
        Dictionary<QuantizableLayer, long> macs = [];
        List<double[]> noises = [];
        Dictionary<string, double>[] latencies = new Dictionary<string, double>[widths.Count];
        for (int width = 0; width < widths.Count; width++)
        {
            // Thresholds of least squared error need no search, and are close enough to tell one layer from another.
            QuantizationOptions uniform = options with { Method = QuantizationMethod.MeanSquaredError, Start = null, WeightBits = widths[width], ActivationBits = widths[width], KeepTrace = false };
            LayerVariants variants = LayerVariants.Of(model, samples, uniform, cancellationToken);
            if (width == 0)
            {
                units = [.. variants.Layers.GroupBy(l => l.Input).Select(g => g.ToArray())];
                macs = variants.Layers.ToDictionary(l => l, l => variants.MacsOf(l));
                noises = [.. units.Select(_ => new double[widths.Count + 1])];
            }

            if (cost == BitCost.Latency)
            {
                latencies[width] = LatenciesOf(variants.With(_ => true)!, samples.Read(0), cancellationToken);
            }

            for (int unit = 0; unit < units.Length; unit++)
            {
                HashSet<string> names = [.. units[unit].Select(l => l.Name)];
                noises[unit][width] = outputs.Of(variants.With(l => names.Contains(l.Name))!, cancellationToken);
                progress?.Report(new QuantizationProgress("sensitivity", width * units.Length + unit + 1, units.Length * widths.Count, units[unit][0].Name));
            }
        }

        int[] bits = [.. widths, FloatBits];
        double total = macs.Values.Sum();
        double CostOf(QuantizableLayer layer, int choice) => cost switch
        {
            BitCost.Products => (double)bits[choice] * bits[choice] * macs[layer] / total,
            BitCost.Bytes => (double)layer.Rows.Length * (choice < widths.Count ? sizeof(sbyte) : sizeof(float)),
            _ => choice < widths.Count ? latencies[choice][layer.Node.Label] : FloatSlowdown * latencies[0][layer.Node.Label],
        };
        double[][] costs = [.. units.Select(u => bits.Select((_, choice) => u.Sum(l => CostOf(l, choice))).ToArray())];
        return new LayerChoices(units, bits, costs, [.. noises], macs);
    }

    /// <summary>The bits of least cost for at most this noise; float for all layers where nothing else holds it.</summary>
    public LayerBits CheapestWithin(double noise) => Of(MultipleChoice.Minimize(_costs, _noises, noise) ?? [.. _units.Select(_ => _bits.Length - 1)]);

    /// <summary>The bits of least noise for at most this cost; the cheapest of all where even they cost more. At least one layer is quantized.</summary>
    public LayerBits QuietestWithin(double cost)
    {
        cost = Math.Min(cost, BelowFloat * _costs.Sum(c => c[^1]));
        return Of((cost > 0 ? MultipleChoice.Minimize(_noises, _costs, cost) : null) ?? [.. _costs.Select((c, i) => Cheapest(c, _noises[i]))]);
    }

    private static int Cheapest(double[] costs, double[] noises) => Enumerable.Range(0, costs.Length).MinBy(c => (costs[c], noises[c]));

    private LayerBits Of(int[] choice)
    {
        (QuantizableLayer Layer, int Bits)[] layers = [.. _units.SelectMany((unit, i) => unit.Select(l => (l, _bits[choice[i]])))];
        return new LayerBits(
            [.. layers.Select(l => OverrideOf(l.Layer, l.Bits))],
            choice.Select((c, i) => _costs[i][c]).Sum(),
            choice.Select((c, i) => _noises[i][c]).Sum(),
            layers.Sum(l => (double)_macs[l.Layer] * l.Bits) / layers.Sum(l => _macs[l.Layer]));
    }

    // Milliseconds of each layer, by its label.
    private static Dictionary<string, double> LatenciesOf(Model model, Sample sample, CancellationToken cancellationToken)
    {
        using InferenceSession session = new(model, new SessionOptions { Threads = 1 });
        return session.MeasureSteps(sample.Inputs, TimedRuns, cancellationToken).GroupBy(t => t.Step.Label).ToDictionary(g => g.Key, g => g.Sum(t => t.Milliseconds));
    }

    private static LayerOverride OverrideOf(QuantizableLayer layer, int bits)
    {
        Regex name = LayerOverride.Exactly(layer.Name);
        return bits == FloatBits ? new LayerOverride(name, Float: true) : new LayerOverride(name, bits, bits);
    }
}

/// <summary>A choice of bits.</summary>
/// <param name="Overrides">The bits of each layer.</param>
/// <param name="Cost">What the layers take.</param>
/// <param name="Noise">Noise over signal of the outputs: the sum of what each layer alone brings.</param>
/// <param name="MeanBits">Bits of weights and inputs, the mean over all multiply-accumulates; 32 for layers in float.</param>
internal sealed record LayerBits(IReadOnlyList<LayerOverride> Overrides, double Cost, double Noise, double MeanBits);
