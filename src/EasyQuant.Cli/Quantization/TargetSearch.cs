using System.CommandLine;
using System.CommandLine.Parsing;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Benchmarks;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.MixedPrecision;

namespace EasyQuant.Cli.Quantization;

/// <summary>What a search for a target came to; part of the JSON document of <c>quantize</c>.</summary>
/// <param name="TargetDrop">The points of top-1 that might be lost.</param>
/// <param name="Reached">Whether no more are.</param>
/// <param name="Drop">The points that are lost.</param>
/// <param name="Margin">Half the 95 % interval of that.</param>
/// <param name="Top1Float">Percent that the float model gets right.</param>
/// <param name="Samples">Labelled samples, none of which calibrated.</param>
/// <param name="MeanBits">Bits of weights and inputs, the mean over all multiply-accumulates.</param>
/// <param name="FloatMs">Median time of the float model, one thread.</param>
/// <param name="QuantizedMs">Median time of the quantized model, one thread.</param>
/// <param name="Trials">Mean bits and loss of every network that was tried.</param>
internal sealed record TargetOutcome(
    double TargetDrop, bool Reached, double Drop, double Margin, double Top1Float, int Samples, double MeanBits, double FloatMs, double QuantizedMs, IReadOnlyList<TargetTrial> Trials)
    : TargetVerdict(Reached)
{
    /// <inheritdoc/>
    public override string Findings =>
        $"top-1 loses {Drop:0.00} points (95 % interval {Drop - Margin:0.00} to {Drop + Margin:0.00}) of {Top1Float:0.00} % on {Samples} samples; at most {TargetDrop:0.##} were asked for. "
        + $"{MeanBits:0.00} bits in the mean, {FloatMs:0.00} ms in float, {QuantizedMs:0.00} ms quantized (one thread).";
}

/// <summary>One network of a search.</summary>
/// <param name="MeanBits">Its bits.</param>
/// <param name="Drop">What it lost.</param>
internal sealed record TargetTrial(double MeanBits, double Drop);

/// <summary>The options of <c>quantize</c> that state a target, and the search that they lead to.</summary>
internal sealed class TargetSearch
{
    private static readonly TimeSpan s_timing = TimeSpan.FromSeconds(1);

    private readonly Option<double?> _targetDrop = new Option<double?>("--target-drop") { Description = "Find the fewest bits, layer by layer, that lose at most so many points of top-1.", HelpName = "POINTS" }.Between(0.0, 100.0);
    private readonly BudgetTarget _budget = new();
    private readonly Option<string?> _labels = new("--labels") { Description = "For --target-drop, or to have what a --target-latency or --target-size costs measured: the class of each picture, a CSV with columns file and label. Without it sub-folders are classes.", HelpName = "FILE.csv" };
    private readonly Option<string> _minimize = new("--minimize") { Description = "For --target-drop: what to save, bits or the layers' time in the integer engine on this machine.", DefaultValueFactory = _ => "bits" };
    private readonly Option<int> _trials = new Option<int>("--trials") { Description = "For a target: networks to quantize and measure at most.", HelpName = "N", DefaultValueFactory = _ => 8 }.AtLeast(1);
    private readonly Option<double> _timeBudget = new Option<double>("--time-budget") { Description = "For a target: begin no further network after so many seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => 1800 }.AtLeast(0.0);

    public TargetSearch() => _minimize.AcceptOnlyFromAmong("bits", "latency");

    /// <summary>The options in the order of the help.</summary>
    public IEnumerable<Option> All => [_targetDrop, .. _budget.All, _labels, _minimize, _trials, _timeBudget];

    /// <summary>Whether a target is stated.</summary>
    public bool IsWanted(ParseResult parsed) => parsed.GetValue(_targetDrop) is not null || _budget.Of(parsed) is not null;

    /// <summary>Whether fewer bits are among the means: all but a size, which integers of any bits fill alike.</summary>
    public bool SeeksFewerBits(ParseResult parsed) => parsed.GetValue(_targetDrop) is not null || _budget.Of(parsed) is { Cost: BitCost.Latency };

    /// <summary>Where labels are.</summary>
    public string? LabelsOf(ParseResult parsed) => parsed.GetValue(_labels);

    /// <summary>There is one target at most, and an option that only a target gives a meaning to must not stand alone.</summary>
    /// <exception cref="UsageException">There are two, or one stands alone.</exception>
    public void Check(ParseResult parsed)
    {
        Option[] targets = [_targetDrop, .. _budget.All];
        if (targets.Where(o => parsed.GetResult(o) is OptionResult { Implicit: false }).ToArray() is [var first, var second, ..])
        {
            throw new UsageException($"{first.Name} and {second.Name} are two targets; state one, and look at what the report says of the other.");
        }

        if (_budget.Of(parsed) is not null && parsed.GetResult(_minimize) is OptionResult { Implicit: false })
        {
            throw new UsageException($"{_minimize.Name} belongs to --target-drop: under a bound on time or size, what is made small is the loss.");
        }

        if (!IsWanted(parsed) && All.FirstOrDefault(o => parsed.GetResult(o) is OptionResult { Implicit: false }) is { } alone)
        {
            throw new UsageException($"{alone.Name} says how to reach a target; state one with --target-drop POINTS, --target-latency MS or --target-size BYTES.");
        }
    }

    /// <summary>Searches; what is not drawn for calibration is measured on.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The float model.</param>
    /// <param name="calibration">Those drawn for calibration.</param>
    /// <param name="quantization">How to quantize.</param>
    /// <param name="stamp">What is written into every model's metadata.</param>
    /// <param name="session">Told of what happens.</param>
    public (QuantizationResult Result, TargetVerdict Outcome) Run(
        ParseResult parsed, Model model, SubsetSource calibration, QuantizationOptions quantization, Action<Model> stamp, Session session)
    {
        if (_budget.Of(parsed) is { } budget)
        {
            BudgetOptions bounded = budget with { Trials = parsed.GetValue(_trials), TimeBudget = TimeSpan.FromSeconds(parsed.GetValue(_timeBudget)) };
            return BudgetTarget.Run(bounded, model, calibration, quantization, stamp, measuresTop1: LabelsOf(parsed) is not null, session);
        }

        SubsetSource others = calibration.Others;
        using AccuracyDrop accuracy = new(model, others, quantization.Threads);
        session.Note($"Measuring on the other {others.Count} samples.");
        MixedPrecisionOptions options = new()
        {
            TargetDrop = parsed.GetValue(_targetDrop)!.Value,
            Cost = parsed.GetValue(_minimize) == "latency" ? BitCost.Latency : BitCost.Products,
            Trials = parsed.GetValue(_trials),
            TimeBudget = TimeSpan.FromSeconds(parsed.GetValue(_timeBudget)),
        };
        PairedDifference last = default;
        Dictionary<MixedPrecisionTrial, PairedDifference> measured = [];
        MixedPrecisionResult found = session.Progress.Show(progress => MixedPrecisionSearch.Run(
            model, calibration, quantization, options,
            quantized =>
            {
                last = accuracy.Measure(quantized, new EvaluationReporter("measuring", progress), session.CancellationToken);
                return last.Points;
            },
            new StageReporter(progress),
            trial =>
            {
                measured[trial] = last;
                session.Note($"{trial.MeanBits:0.00} bits: top-1 loses {last.Points:0.00} points (± {last.Margin:0.00}).");
            },
            session.CancellationToken));
        PairedDifference best = measured[found.BestTrial];
        (double floatMs, double quantizedMs) = Time(model, found.Best.Model, calibration.Read(0), session.CancellationToken);
        return (found.Best, new TargetOutcome(
            options.TargetDrop, found.Reached, best.Points, best.Margin, accuracy.ReferenceTop1, accuracy.Samples, found.BestTrial.MeanBits, floatMs, quantizedMs,
            [.. found.Trials.Select(t => new TargetTrial(t.MeanBits, t.Drop))]));
    }

    /// <summary>Median times of both models, one thread.</summary>
    public static (double FloatMs, double QuantizedMs) Time(Model model, Model quantized, Sample sample, CancellationToken cancellationToken)
    {
        using Runtime.Execution.IModelExecutor reference = Executors.Create(model, Engine.Float, threads: 1);
        using Runtime.Execution.IModelExecutor integer = Executors.Create(quantized, Engine.Integer, threads: 1);
        IReadOnlyList<InferenceTime> times = InferenceBenchmark.Run(
            [new TimedModel("float", reference, sample.Inputs), new TimedModel("quantized", integer, sample.Inputs)], s_timing, cancellationToken);
        return (times[0].MedianMs, times[1].MedianMs);
    }
}
