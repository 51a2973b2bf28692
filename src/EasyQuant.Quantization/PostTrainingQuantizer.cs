using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Algorithms.WeightReconstruction;
using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Calibration;
using EasyQuant.Quantization.Calibration.Entropy;
using EasyQuant.Quantization.Calibration.MeanSquaredError;
using EasyQuant.Quantization.Calibration.MinMax;
using EasyQuant.Quantization.Calibration.Percentile;
using EasyQuant.Quantization.Equalization;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Preparation;
using EasyQuant.Quantization.Qdq;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Quantization.Statistics;
using EasyQuant.Quantization.Tracing;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization;

/// <summary>A float model and samples in, a quantized model out.</summary>
/// <remarks>The same model, samples and options give the same bytes, whatever the number of threads.</remarks>
public static class PostTrainingQuantizer
{
    /// <summary>Quantizes a copy of the model; the model itself is left as it is.</summary>
    /// <exception cref="InvalidModelException">The model cannot be quantized; the message says why.</exception>
    /// <exception cref="InvalidSampleException">A sample cannot be used; the message says which and why.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The options ask for what there is not.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static QuantizationResult Run(
        Model model,
        ISampleSource samples,
        QuantizationOptions options,
        IProgress<QuantizationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (samples.Count == 0)
        {
            throw new InvalidSampleException("There is no calibration sample; at least one is needed, 50 are usual.");
        }

        if (IntegerLayers.Count(model.Graph) is > 0 and int layers)
        {
            throw new InvalidModelException(
                $"Graph '{model.Graph.Name}' is already quantized: {layers} of its layers have integer weights. Start from the float model that it was made from.");
        }

        using WorkerPool workers = new(options.Threads);
        Model prepared = Prepare(model, samples, options, workers, cancellationToken);
        (QuantizationPlan plan, ScaleTable scales, IReadOnlyDictionary<Value, Shape> shapes, ValueHistogram[]? distributions, _) = Calibrate(prepared, samples, options, workers, progress, cancellationToken);
        TraceRecorder? trace = distributions is null ? null : new TraceRecorder(plan, scales, distributions);
        SearchMemory? MemoryOf(params IReadOnlyList<string> search) => options.Cache is { KeepsSearches: true } cache
            ? new SearchMemory(cache, cache.KeyOf(prepared, samples, workers, cancellationToken), plan, scales, search)
            : null;

        IReadOnlyDictionary<QuantizableLayer, (double Start, double End)> cosines = new Dictionary<QuantizableLayer, (double, double)>();
        if (options.Method == QuantizationMethod.EasyQuant)
        {
            EasyQuantOptions search = new()
            {
                Preset = options.Preset,
                Rounds = options.Rounds,
                Objective = options.Objective,
                FitMagnitudes = options.Preset == EasyQuantPreset.Paper || options.Objective == ScaleObjective.Sqnr,
            };
            using LayerwiseSimulation simulation = new(prepared, plan, scales, samples, workers, options.MemoryBudgetBytes, MemoryOf(search.CacheText, $"curves: {trace is not null}"));
            EasyQuantAlgorithm algorithm = new(plan, scales, search, workers, trace?.Search);
            algorithm.Run(simulation, progress, cancellationToken);
            cosines = algorithm.Cosines;
        }

        if (options.Reconstruction is { } reconstruction)
        {
            using LayerwiseSimulation simulation = new(prepared, plan, scales, samples, workers, options.MemoryBudgetBytes, MemoryOf(reconstruction.CacheText));
            new WeightReconstructionAlgorithm(plan, scales, reconstruction).Run(simulation, progress, cancellationToken);
        }

        QdqExporter.Apply(prepared, plan, scales, options.ActivationType);
        Describe(prepared, options);
        return new QuantizationResult(
            prepared, [.. plan.Layers.Select(l => Report(l, plan, scales, options, cosines, shapes[l.Output]))], plan.FloatNodes, plan.Warnings)
        {
            Trace = trace?.Finish(),
        };
    }

    /// <summary>The form of a model that the options ask for, before anything is rounded.</summary>
    internal static Model Prepare(Model model, ISampleSource samples, QuantizationOptions options, WorkerPool workers, CancellationToken cancellationToken)
    {
        Model prepared = ModelPreparation.Prepare(model);
        if (options.Equalize)
        {
            ChannelEqualization.Apply(prepared, options, samples, workers, cancellationToken);
        }

        return prepared;
    }

    internal static Calibrated Calibrate(
        Model prepared, ISampleSource samples, QuantizationOptions options, WorkerPool workers, IProgress<QuantizationProgress>? progress, CancellationToken cancellationToken)
    {
        QuantizationPlan plan = QuantizationPlanner.Plan(prepared.Graph, options, []);
        GraphExecutor executor = new(prepared, new ExecutorOptions { Threads = 1 });
        StatisticsCollector collector = new(executor, plan, samples, workers, progress);
        StatisticsMemory memory = new(options.Cache, options.Cache?.KeyOf(prepared, samples, workers, cancellationToken) ?? default, prepared.Graph);
        ValueRange[] ranges = memory.Ranges(collector, plan, cancellationToken);
        Value[] nonNegativeInputs = [.. plan.Groups.SelectMany(g => g.Sources.Where(s => s.Producer is null && ranges[g.Index].Minimum >= 0))];
        if (nonNegativeInputs.Length > 0)
        {
            plan = QuantizationPlanner.Plan(prepared.Graph, options, nonNegativeInputs);
            collector = new StatisticsCollector(executor, plan, samples, workers, progress);
        }

        ICalibrator calibrator = CalibratorOf(options);
        MagnitudeHistogram[]? histograms = calibrator.HistogramBins > 0 ? memory.Histograms(collector, plan, ranges, calibrator.HistogramBins, cancellationToken) : null;
        ValueHistogram[]? distributions = options.KeepTrace ? memory.Distributions(collector, plan, ranges, TraceRecorder.Bins, cancellationToken) : null;
        memory.Report();
        StartGrid[] grids = new StartGrid[plan.Groups.Count];
        workers.For(grids.Length, i => grids[i] = StartGrid.Choose(plan.Groups[i].Range, ranges[i], calibrator, histograms?[i], options.ActivationGrid));
        plan = plan.WithGrids([.. grids.Select(g => g.Range)]);
        if (histograms is not null && options.Method is QuantizationMethod.Kl or QuantizationMethod.Percentile)
        {
            plan = plan with { Warnings = [.. plan.Warnings, .. ClippingWarning.Of(plan, grids, histograms!, calibrator.Name)] };
        }

        return new Calibrated(plan, new ScaleTable(plan, [.. grids.Select(g => g.Scale)], l => options.WeightRangeOf(l.Name)), collector.ObserveShapes(cancellationToken), distributions, nonNegativeInputs);
    }

    private static ICalibrator CalibratorOf(QuantizationOptions options) => (options.Start ?? options.Method, options.Preset) switch
    {
        (QuantizationMethod.EasyQuant, EasyQuantPreset.Repo) or (QuantizationMethod.Kl, _) => new EntropyCalibrator(),
        (QuantizationMethod.EasyQuant or QuantizationMethod.MinMax, _) => new MinMaxCalibrator(),
        (QuantizationMethod.Percentile, _) => new PercentileCalibrator(),
        (QuantizationMethod.MeanSquaredError, _) => new MeanSquaredErrorCalibrator(),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "This method is not known."),
    };

    private static void Describe(Model model, QuantizationOptions options)
    {
        model.Metadata["easyquant.method"] = options.Method == QuantizationMethod.EasyQuant
            ? $"eq ({options.Preset}, {options.Objective}, {options.Rounds} rounds)".ToLowerInvariant()
            : CalibratorOf(options).Name;
        model.Metadata["easyquant.weight_bits"] = options.WeightBits.ToString();
        model.Metadata["easyquant.activation_bits"] = options.ActivationBits.ToString();
    }

    private static LayerReport Report(
        QuantizableLayer layer, QuantizationPlan plan, ScaleTable scales, QuantizationOptions options, IReadOnlyDictionary<QuantizableLayer, (double Start, double End)> cosines, Shape output)
    {
        TensorGroup group = plan.GroupOf(layer.Input)!;
        (double start, double end) = cosines.TryGetValue(layer, out (double, double) found) ? found : (double.NaN, double.NaN);
        return new LayerReport(layer.Name, layer.Node.OpType, scales.WeightRange(layer).Bits, group.Range.Bits, scales[group], start, end, output.ElementCount * layer.RowLength);
    }
}

/// <summary>A network with the steps that a calibrator chose.</summary>
/// <param name="Plan">What is quantized.</param>
/// <param name="Scales">The steps.</param>
/// <param name="Shapes">The shapes of layers' outputs.</param>
/// <param name="Distributions">For each group its elements, where a trace is kept.</param>
/// <param name="NonNegativeInputs">Graph inputs that no sample made negative.</param>
internal sealed record Calibrated(
    QuantizationPlan Plan, ScaleTable Scales, IReadOnlyDictionary<Value, Shape> Shapes, ValueHistogram[]? Distributions, IReadOnlyList<Value> NonNegativeInputs);
