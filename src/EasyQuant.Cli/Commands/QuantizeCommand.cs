using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Quantization;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Reporting;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant quantize</c>: makes an integer model of a float one.</summary>
internal sealed class QuantizeCommand : CliCommand
{
    // Below this the quantized network hardly does what the float one does.
    private const double AlarmingCosine = 0.9;

    // Of --preset accurate. Reconstruction fits many numbers to few samples: of 200 it learns markedly more than of 50.
    private const int SamplesForAccuracy = 200;

    // The JSON document has all of them.
    private const int NamesShown = 5;

    private readonly Argument<string> _model = ModelArguments.One(description: "The float ONNX model.");
    private readonly Option<string> _output = new("--output", "-o") { Description = "Where to write the quantized model.", HelpName = "OUT", Required = true };
    private readonly Option<string> _calibration = SampleOptions.Calibration();
    private readonly Option<int> _samples = SampleOptions.Count();
    private readonly Option<string?> _preprocess = SampleOptions.Preprocess();
    private readonly Option<int> _seed = CommonOptions.Seed();
    private readonly Option<string?> _report = new("--report") { Description = "Where to write a report of every layer, for a browser.", HelpName = "FILE.html" };
    private readonly Option<bool> _sensitivity = new("--sensitivity") { Description = "For --report: also quantize each layer alone, at 8, 6 and 4 bits. Takes its time." };
    private readonly CacheOption _cache = new();
    private readonly Option<string[]> _feedback = FeedbackOption.Create();
    private readonly QuantizeOptions _how = new();
    private readonly TargetSearch _target = new();

    public QuantizeCommand(CommandEnvironment environment)
        : base("quantize", "Quantize a float model with a few samples, without training.", environment)
    {
        Add(_model);
        Option[] options = [_output, _calibration, _samples, _preprocess, _feedback, .. _how.All, .. _target.All, _seed, _report, _sensitivity, _cache.Option, CommonOptions.Json];
        Array.ForEach(options, Add);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant quantize mobilenet.onnx -o mobilenet.int8.onnx --calibration pictures --preprocess inception",
        "easyquant quantize model.onnx -o model.int7.onnx --calibration samples.npz --bits 7 --method eq --samples 100",
        "easyquant quantize speech.onnx -o speech.int8.onnx --calibration recordings --feedback h_out=h_in --feedback c_out=c_in",
        "easyquant quantize encoder.onnx -o encoder.int8.onnx --calibration sentences",
        "easyquant quantize mobilenet.onnx -o mobilenet.w4.onnx --calibration pictures --preprocess inception --weight-bits 4 --preset accurate",
        "easyquant quantize model.onnx -o model.int8.onnx --calibration pictures --preprocess my.json --exclude '^head\\.'",
        "easyquant quantize squeezenet.onnx -o squeezenet.int8.onnx --calibration pictures --preprocess imagenet --report squeezenet.html",
        "easyquant quantize mobilenet.onnx -o mobilenet.mixed.onnx --calibration pictures --preprocess inception --labels labels.csv --target-drop 0.2",
        "easyquant quantize yolox.onnx -o yolox.mixed.onnx --calibration pictures --preprocess yolox --target-drop 1 --task detect --data coco --boxes coco/boxes.csv",
        "easyquant quantize mobilenet.onnx -o mobilenet.fast.onnx --calibration pictures --preprocess inception --target-latency 8",
        "easyquant quantize mobilenet.onnx -o mobilenet.small.onnx --calibration pictures --preprocess inception --target-size 3.5MB",
        "easyquant quantize yolox.onnx -o yolox.int8.onnx --calibration pictures --preprocess yolox --cache yolox.cache",
        "easyquant quantize yolox.onnx -o yolox.int8.onnx --calibration pictures --samples 128 --preprocess yolox --method mse --equalize --rounding reconstruct",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        long start = Stopwatch.GetTimestamp();
        _target.Check(parsed, _feedback);
        if (parsed.GetValue(_sensitivity) && parsed.GetValue(_report) is null)
        {
            throw new UsageException("--sensitivity is for the report; give its file with --report FILE.html, or use 'easyquant sensitivity'.");
        }

        string path = parsed.GetRequiredValue(_model);
        Model model = OnnxModelReader.Read(path);
        OutputFile output = OutputFile.Prepare(parsed.GetRequiredValue(_output), path);
        OutputFile? report = parsed.GetValue(_report) is { } reportPath ? OutputFile.Prepare(reportPath, path) : null;
        output.RequireOtherThan(report);
        PreprocessChoice preprocess = PreprocessChoice.Of(parsed.GetValue(_preprocess), model);
        int seed = parsed.GetValue(_seed);
        bool wantsMore = _how.IsAccurate(parsed) && !parsed.IsGiven(_samples);
        QuantizationOptions options = _how.Read(parsed, forTarget: _target.SeeksFewerBits(parsed)) with { KeepTrace = report is not null, Cache = _cache.Open(parsed, session) };
        (SubsetSource samples, int total) = DrawnSamples.Open(
            new SampleRequest(preprocess, parsed.GetRequiredValue(_calibration), model, _target.LabelsOfCalibration(parsed), wantsMore ? SamplesForAccuracy : parsed.GetValue(_samples), seed),
            FeedbackOption.Resolve(parsed.GetRequiredValue(_feedback), model.Graph, path), all: _target.IsWanted(parsed), options.Threads, session);
        string[] names = [.. Enumerable.Range(0, samples.Count).Select(i => samples.NameOf(i))];
        session.Note($"Calibrating on {samples.Count} of {total} samples (seed {seed}): {Shorten(names)}");
        void Stamp(Model quantized)
        {
            if (preprocess.Value is { } value)
            {
                quantized.Metadata[MetadataKeys.Preprocess] = PreprocessJson.ToText(value);
            }
        }

        LossSubject subject = new(path, model, preprocess, parsed.GetRequiredValue(_calibration), samples, seed, options.Threads);
        (QuantizationResult result, TargetVerdict? outcome) = Quantize(parsed, subject, options, Stamp, session);
        Stamp(result.Model);
        long bytes = output.Write(result.Model);
        TensorError? error = WrittenModelCheck.Run(output.Path, result.Model, model, samples.Read(0), session.CancellationToken);
        Warn(session, result, error);
        QuantizeSummary summary = new()
        {
            Model = path,
            Output = output.Path,
            Method = _how.MethodOf(parsed),
            WeightBits = options.WeightBits,
            ActivationBits = options.ActivationBits,
            Preprocess = preprocess.Value is { } used ? PreprocessJson.ToText(used) : null,
            Seed = seed,
            Samples = names,
            Layers = result.Layers,
            FloatNodes = result.FloatNodes,
            Warnings = result.Warnings,
            BytesBefore = ModelFile.BytesOf(path, model),
            BytesAfter = bytes,
            Cosine = error?.Cosine,
            SqnrDb = error?.SqnrDb,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            Report = report?.Path,
            Target = outcome,
            Resumed = _cache.Reused,
        };
        report?.Write(session.Progress.Show(progress => Report(
            summary, new ReportSubject(model, result, samples, preprocess.Value), parsed.GetValue(_sensitivity), options.Threads, progress, session.CancellationToken)));
        session.WriteResult(summary, summary.Write);
        return outcome is { Reached: false } ? ExitCode.TargetMissed : ExitCode.Done;
    }

    private static QuantizationReport Report(
        QuantizeSummary summary, ReportSubject subject, bool withSensitivity, int threads, IProgress<StageProgress> progress, CancellationToken cancellationToken) =>
        ReportComposition.Run(summary, subject, threads, progress, cancellationToken) with
        {
            Sensitivity = withSensitivity ? ReportComposition.Sensitivity(subject, threads, progress, cancellationToken) : null,
        };

    private (QuantizationResult Result, TargetVerdict? Outcome) Quantize(
        ParseResult parsed, LossSubject subject, QuantizationOptions options, Action<Model> stamp, Session session)
    {
        try
        {
            return _target.IsWanted(parsed)
                ? _target.Run(parsed, subject, options, stamp, session)
                : (session.Progress.Show(progress => PostTrainingQuantizer.Run(subject.Model, subject.Drawn, options, new StageReporter(progress), session.CancellationToken)), null);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new UsageException(
                $"The pattern '{error.Pattern}' of {(options.Exclude.Any(p => p.ToString() == error.Pattern) ? "--exclude" : "--config")} does not come to an end on a layer's name within {error.MatchTimeout.TotalSeconds:0.#} s; write it without a repetition of repetitions, as in '(a+)+'.");
        }
    }

    private static string Shorten(string[] names) => names.Length <= NamesShown
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(NamesShown))}, ... ({names.Length - NamesShown} more)";

    private static void Warn(Session session, QuantizationResult result, TensorError? error)
    {
        foreach (string warning in result.Warnings)
        {
            session.Warn(warning);
        }

        // Not a number is alarming too.
        if (error is { } e && !(e.Cosine >= AlarmingCosine))
        {
            session.Warn($"THE QUANTIZED MODEL IS FAR FROM THE FLOAT ONE: on one sample the outputs have cosine {e.Cosine:0.0000}. "
                + "Check --preprocess, then see 'easyquant compare' for the layers to --exclude, or use more bits.");
        }
    }
}
