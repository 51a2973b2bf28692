using System.CommandLine;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Benchmarks;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Quantization.MixedPrecision;

namespace EasyQuant.Cli.Quantization;

/// <summary>The options of <c>quantize</c> that state a target, and the search that they lead to.</summary>
internal sealed class TargetSearch
{
    private static readonly TimeSpan s_timing = TimeSpan.FromSeconds(1);

    private readonly Option<double?> _targetDrop = new Option<double?>("--target-drop") { Description = "Find the fewest bits, layer by layer, that lose at most so much: points of top-1, or of what --task and --metric say, in the unit that evaluate prints.", HelpName = "POINTS" }.Between(0.0, 100.0);
    private readonly BudgetTarget _budget = new();
    private readonly LossOptions _loss = new();
    private readonly Option<string> _minimize = new("--minimize") { Description = "For --target-drop: what to save, bits or the layers' time in the integer engine on this machine.", DefaultValueFactory = _ => "bits" };
    private readonly Option<int> _trials = new Option<int>("--trials") { Description = "For a target: networks to quantize and measure at most.", HelpName = "N", DefaultValueFactory = _ => 8 }.AtLeast(1);
    private readonly Option<double> _timeBudget = new Option<double>("--time-budget") { Description = "For a target: begin no further network after so many seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => 1800 }.AtLeast(0.0);

    public TargetSearch() => _minimize.AcceptOnlyFromAmong("bits", "latency");

    /// <summary>The options in the order of the help.</summary>
    public IEnumerable<Option> All => [_targetDrop, .. _budget.All, .. _loss.All, _minimize, _trials, _timeBudget];

    /// <summary>Whether a target is stated.</summary>
    public bool IsWanted(ParseResult parsed) => parsed.GetValue(_targetDrop) is not null || _budget.Of(parsed) is not null;

    /// <summary>Whether fewer bits are among the means: all but a size, which integers of any bits fill alike.</summary>
    public bool SeeksFewerBits(ParseResult parsed) => parsed.GetValue(_targetDrop) is not null || _budget.Of(parsed) is { Cost: BitCost.Latency };

    /// <summary>The labels of the samples that calibrate, where the task is measured on the others of them.</summary>
    public string? LabelsOfCalibration(ParseResult parsed) => _loss.LabelsOfCalibration(parsed);

    /// <summary>There is one target at most, and an option that only a target gives a meaning to must not stand alone.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">Options outside these that only some tasks take.</param>
    /// <exception cref="UsageException">There are two, or one stands alone.</exception>
    public void Check(ParseResult parsed, params IReadOnlyList<Option> others)
    {
        Option[] targets = [_targetDrop, .. _budget.All];
        if (targets.Where(parsed.IsGiven).ToArray() is [var first, var second, ..])
        {
            throw new UsageException($"{first.Name} and {second.Name} are two targets; state one, and look at what the report says of the other.");
        }

        if (_budget.Of(parsed) is not null && parsed.IsGiven(_minimize))
        {
            throw new UsageException($"{_minimize.Name} belongs to --target-drop: under a bound on time or size, what is made small is the loss.");
        }

        if (!IsWanted(parsed) && All.FirstOrDefault(parsed.IsGiven) is { } alone)
        {
            throw new UsageException($"{alone.Name} says how to reach a target; state one with --target-drop POINTS, --target-latency MS or --target-size BYTES.");
        }

        _ = _loss.TaskOf(parsed, others);
    }

    /// <summary>Searches.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="subject">What is quantized, and where samples are.</param>
    /// <param name="quantization">How to quantize.</param>
    /// <param name="stamp">What is written into every model's metadata.</param>
    /// <param name="session">Told of what happens.</param>
    public (QuantizationResult Result, TargetVerdict Outcome) Run(
        ParseResult parsed, LossSubject subject, QuantizationOptions quantization, Action<Model> stamp, Session session)
    {
        if (_budget.Of(parsed) is { } budget)
        {
            BudgetOptions bounded = budget with { Trials = parsed.GetValue(_trials), TimeBudget = TimeSpan.FromSeconds(parsed.GetValue(_timeBudget)) };
            TaskLoss? loss = _loss.GivenIn(parsed).Any() ? _loss.Open(parsed, subject, session) : null;
            return BudgetTarget.Run(bounded, subject, quantization, stamp, loss, session);
        }

        TaskLoss task = _loss.Open(parsed, subject, session);
        MixedPrecisionOptions options = new()
        {
            TargetDrop = parsed.GetValue(_targetDrop)!.Value,
            Cost = parsed.GetValue(_minimize) == "latency" ? BitCost.Latency : BitCost.Products,
            Trials = parsed.GetValue(_trials),
            TimeBudget = TimeSpan.FromSeconds(parsed.GetValue(_timeBudget)),
        };
        LossFinding? last = null;
        Dictionary<MixedPrecisionTrial, LossFinding> measured = [];
        MixedPrecisionResult found = session.Progress.Show(progress => MixedPrecisionSearch.Run(
            subject.Model, subject.Drawn, quantization, options,
            quantized =>
            {
                last = LossFinding.Of(task, quantized, progress, session.CancellationToken);
                return last.Loss;
            },
            new StageReporter(progress),
            trial =>
            {
                measured[trial] = last!;
                session.Note($"{trial.MeanBits:0.00} bits: {last}.");
            },
            session.CancellationToken));
        (double floatMs, double quantizedMs) = Time(subject.Model, found.Best.Model, subject.Drawn.Read(0), session.CancellationToken);
        return (found.Best, new TargetOutcome(
            options.TargetDrop, found.Reached, measured[found.BestTrial], found.BestTrial.MeanBits, floatMs, quantizedMs,
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
