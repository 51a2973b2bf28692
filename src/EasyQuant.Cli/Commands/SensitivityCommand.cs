using System.CommandLine;
using EasyQuant.Cli.Evaluation.Tasks;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Quantization;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Sensitivity;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Quantization.Caching;
using EasyQuant.Quantization.Sensitivity;
using Spectre.Console;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant sensitivity</c>: which layers a network's accuracy depends on, width by width.</summary>
internal sealed class SensitivityCommand : CliCommand
{
    private readonly Argument<string> _model = ModelArguments.One(description: "The float ONNX model.");
    private readonly Option<string> _calibration = SampleOptions.Calibration();
    private readonly Option<int> _samples = new Option<int>("--samples") { Description = "How many samples to draw at random; each is run twice for every layer and width.", HelpName = "N", DefaultValueFactory = _ => 16 }.AtLeast(1);
    private readonly Option<string?> _preprocess = SampleOptions.Preprocess();
    private readonly Option<string[]> _feedback = FeedbackOption.Create();
    private readonly Option<int[]> _widths = new("--widths") { Description = "Bits of weights and inputs to look at, 2 to 8.", HelpName = "BITS", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [8, 6, 4] };
    private readonly LossOptions _loss = new();
    private readonly Option<int> _measured = new Option<int>("--measure") { Description = "Samples, at most, on which the task is measured too. Without --task, 0 looks at outputs only; with it, 0 takes all.", HelpName = "N", DefaultValueFactory = _ => 0 }.AtLeast(0);
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where to write the most sensitive layers as a file for 'quantize --config'.", HelpName = "FILE.json" };
    private readonly Option<int> _keep = new Option<int>("--keep") { Description = "How many layers that file keeps in float.", HelpName = "N", DefaultValueFactory = _ => 3 }.AtLeast(1);
    private readonly CacheOption _cache = new();
    private readonly Option<int> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads(Environment.ProcessorCount);

    public SensitivityCommand(CommandEnvironment environment)
        : base("sensitivity", "Quantize one layer at a time, and all but one, and show what that does to the outputs and to the task.", environment)
    {
        _widths.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is { } widths && (widths.Length == 0 || widths.Any(w => w is < IntegerRange.MinimumBits or > IntegerRange.MaximumBits)))
            {
                result.AddError($"--widths is '{string.Join(' ', widths)}', expected numbers from {IntegerRange.MinimumBits} to {IntegerRange.MaximumBits}.");
            }
        });
        Add(_model);
        Option[] options = [_calibration, _samples, _preprocess, _feedback, _widths, .. _loss.All, _measured, _output, _keep, _seed, _threads, _cache.Option, CommonOptions.Json];
        Array.ForEach(options, Add);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant sensitivity mobilenet.onnx --calibration pictures --preprocess inception",
        "easyquant sensitivity model.onnx --calibration pictures --widths 4 -o layers.json --keep 5",
        "easyquant sensitivity model.onnx --calibration pictures --labels labels.csv --measure 200 --json",
        "easyquant sensitivity yolox.onnx --calibration pictures --preprocess yolox --task detect --data coco --boxes coco/boxes.csv --measure 32 --widths 8",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        bool measures = IsTaskWanted(parsed);
        string path = parsed.GetRequiredValue(_model);
        Model model = OnnxModelReader.Read(path);
        OutputFile? output = parsed.GetValue(_output) is { } outputPath ? OutputFile.Prepare(outputPath, path) : null;
        PreprocessChoice preprocess = PreprocessChoice.Of(parsed.GetValue(_preprocess), model);
        (string calibration, int seed, int threads) = (parsed.GetRequiredValue(_calibration), parsed.GetValue(_seed), parsed.GetValue(_threads));
        (SubsetSource samples, _) = DrawnSamples.Open(
            new SampleRequest(preprocess, calibration, model, _loss.LabelsOfCalibration(parsed), parsed.GetValue(_samples), seed),
            FeedbackOption.Resolve(parsed.GetRequiredValue(_feedback), model.Graph, path), all: measures, threads, session);
        TaskLoss? task = measures
            ? _loss.Open(parsed, new LossSubject(path, model, preprocess, calibration, samples, seed, threads, parsed.GetValue(_measured) is > 0 and int most ? most : null), session)
            : null;
        QuantizationCache? cache = _cache.Open(parsed, session);
        (IReadOnlyList<UniformNoise> uniform, IReadOnlyList<LayerSensitivity> layers) = session.Progress.Show(progress => SensitivityAnalysis.Run(
            model, samples, new QuantizationOptions { Method = QuantizationMethod.MeanSquaredError, Threads = threads, Cache = cache }, parsed.GetValue(_widths)!.Distinct().OrderDescending().ToArray(),
            task is null ? null : quantized => task.Of(quantized, cancellationToken: session.CancellationToken),
            new StageReporter(progress), session.CancellationToken));
        SensitivityResult result = SensitivityResult.Of(samples.Count, task, uniform, layers);
        if (output is not null)
        {
            WriteConfig(output, layers, parsed.GetValue(_keep));
        }

        session.WriteResult(result, console => Write(result, output, console));
        return ExitCode.Done;
    }

    // An option that says how the task is measured must not be overlooked in silence.
    private bool IsTaskWanted(ParseResult parsed)
    {
        Option[] given = [.. _loss.GivenIn(parsed)];
        bool isWanted = parsed.GetValue(_measured) > 0 || given.Any(o => o.Name == "--task");
        _ = _loss.TaskOf(parsed, _feedback);
        return isWanted || given.Length == 0
            ? isWanted
            : throw new UsageException($"{given[0].Name} says how a task is measured; have it measured with --task {string.Join('|', EvaluationTasks.All.Select(t => t.Name))} or --measure N.");
    }

    // The layers without which the narrowest network comes closest to the float one.
    private static void WriteConfig(OutputFile output, IReadOnlyList<LayerSensitivity> layers, int keep)
    {
        int narrowest = layers.Min(l => l.Bits);
        LayerOverride[] kept =
        [
            .. layers.Where(l => l.Bits == narrowest).OrderBy(l => l.WithoutMetric ?? 0).ThenBy(l => l.WithoutNoise).Take(keep)
                .Select(l => new LayerOverride(LayerOverride.Exactly(l.Layer), Float: true)),
        ];
        output.WriteText(LayerConfigFile.Write(kept));
    }

    private static void Write(SensitivityResult result, OutputFile? output, IAnsiConsole console)
    {
        SensitivityTable.Write(result, console);
        if (output is not null)
        {
            console.WriteLine($"Wrote {output.Path}; give it to 'easyquant quantize --config {output.Path}'.");
        }
    }
}
