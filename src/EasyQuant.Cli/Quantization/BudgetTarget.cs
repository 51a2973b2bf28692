using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Quantization.MixedPrecision;
using EasyQuant.Quantization.Sensitivity;

namespace EasyQuant.Cli.Quantization;

/// <summary>The options of <c>quantize</c> that bound a network's time or size, and the search that they lead to.</summary>
internal sealed class BudgetTarget
{
    private static readonly (string Suffix, double Bytes)[] s_units = [("kib", 1024), ("mib", 1024 * 1024), ("kb", 1e3), ("mb", 1e6), ("b", 1), ("", 1)];

    private readonly Option<double?> _latency = new("--target-latency") { Description = "Find the bits, layer by layer, that lose least among the networks that run in so many milliseconds, in the integer engine with one thread on this machine.", HelpName = "MS" };
    private readonly Option<double?> _size = new("--target-size") { Description = "Find the layers to keep in float, so that the file has at most so many bytes and loses least: 2500000, 2.5MB, 2MiB, 800KB.", HelpName = "BYTES" };

    public BudgetTarget()
    {
        _latency.CustomParser = result => Read(result, "--target-latency", text => Number(text, 1), "milliseconds above zero, as in 12.5");
        _size.CustomParser = result => Read(result, "--target-size", Bytes, "a size above zero, as in 2500000, 2.5MB, 2MiB or 800KB");
    }

    /// <summary>The options in the order of the help.</summary>
    public IEnumerable<Option> All => [_latency, _size];

    /// <summary>The bound that is stated, or nothing.</summary>
    public BudgetOptions? Of(ParseResult parsed) =>
        parsed.GetValue(_latency) is { } milliseconds ? new BudgetOptions { Cost = BitCost.Latency, Budget = milliseconds }
        : parsed.GetValue(_size) is { } bytes ? new BudgetOptions { Cost = BitCost.Bytes, Budget = bytes, Widths = [8] }
        : null;

    /// <summary>Searches; where a task is stated, what the network loses in it is measured.</summary>
    public static (QuantizationResult Result, TargetVerdict Outcome) Run(
        BudgetOptions options, LossSubject subject, QuantizationOptions quantization, Action<Model> stamp, TaskLoss? task, Session session)
    {
        (Model model, SubsetSource calibration) = (subject.Model, subject.Drawn);
        bool isTime = options.Cost == BitCost.Latency;
        double Measure(Model quantized)
        {
            stamp(quantized);
            return isTime ? TargetSearch.Time(model, quantized, calibration.Read(0), session.CancellationToken).QuantizedMs : SizeOf(quantized);
        }

        BudgetResult found = session.Progress.Show(progress => BudgetSearch.Run(
            model, calibration, quantization, options, Measure, new StageReporter(progress),
            trial => session.Note($"{trial.MeanBits:0.00} bits: {BudgetOutcome.Amount(trial.Measured, isTime)}, expected noise {OutputNoise.Sqnr(trial.Noise):0.0} dB."),
            session.CancellationToken));
        using OutputNoise noise = new(model, calibration, quantization.Threads, session.CancellationToken);
        LossFinding? loss = task is null ? null : session.Progress.Show(progress => LossFinding.Of(task, found.Best.Model, progress, session.CancellationToken));
        (double floatMs, double quantizedMs) = TargetSearch.Time(model, found.Best.Model, calibration.Read(0), session.CancellationToken);
        return (found.Best, new BudgetOutcome(
            isTime ? options.Budget : null, isTime ? null : options.Budget, found.Reached, found.BestTrial.Measured, found.BestTrial.MeanBits,
            OutputNoise.Sqnr(noise.Of(found.Best.Model, session.CancellationToken)), floatMs, isTime ? found.BestTrial.Measured : quantizedMs,
            loss,
            [.. found.Trials.Select(t => new BudgetAttempt(t.MeanBits, t.Measured, OutputNoise.Sqnr(t.Noise)))]));
    }

    private static long SizeOf(Model model)
    {
        using MemoryStream stream = new();
        OnnxModelWriter.Write(model, stream);
        return stream.Length;
    }

    private static double? Read(ArgumentResult result, string name, Func<string, double?> parse, string expected)
    {
        string text = result.Tokens[^1].Value;
        if (parse(text) is { } value)
        {
            return value;
        }

        result.AddError($"{name} is '{text}', expected {expected}.");
        return null;
    }

    private static double? Bytes(string text)
    {
        (string suffix, double unit) = s_units.First(u => text.EndsWith(u.Suffix, StringComparison.OrdinalIgnoreCase));
        return Number(text[..^suffix.Length], unit);
    }

    private static double? Number(string text, double unit) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value) ? value * unit : null;
}
