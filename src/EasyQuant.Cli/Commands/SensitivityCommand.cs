using System.CommandLine;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Quantization;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
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
    private readonly Option<int> _measured = new Option<int>("--measure") { Description = "Labelled samples on which top-1 is measured too; 0 looks at outputs only.", HelpName = "N", DefaultValueFactory = _ => 0 }.AtLeast(0);
    private readonly Option<string?> _labels = new("--labels") { Description = "For --measure: the class of each picture, a CSV with columns file and label. Without it sub-folders are classes.", HelpName = "FILE.csv" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where to write the most sensitive layers as a file for 'quantize --config'.", HelpName = "FILE.json" };
    private readonly Option<int> _keep = new Option<int>("--keep") { Description = "How many layers that file keeps in float.", HelpName = "N", DefaultValueFactory = _ => 3 }.AtLeast(1);
    private readonly CacheOption _cache = new();
    private readonly Option<int> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads(Environment.ProcessorCount);

    public SensitivityCommand(CommandEnvironment environment)
        : base("sensitivity", "Quantize one layer at a time, and all but one, and show what that does to the outputs.", environment)
    {
        _widths.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is { } widths && (widths.Length == 0 || widths.Any(w => w is < IntegerRange.MinimumBits or > IntegerRange.MaximumBits)))
            {
                result.AddError($"--widths is '{string.Join(' ', widths)}', expected numbers from {IntegerRange.MinimumBits} to {IntegerRange.MaximumBits}.");
            }
        });
        Add(_model);
        Option[] options = [_calibration, _samples, _preprocess, _feedback, _widths, _measured, _labels, _output, _keep, _seed, _threads, _cache.Option, CommonOptions.Json];
        Array.ForEach(options, Add);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant sensitivity mobilenet.onnx --calibration pictures --preprocess inception",
        "easyquant sensitivity model.onnx --calibration pictures --widths 4 -o layers.json --keep 5",
        "easyquant sensitivity model.onnx --calibration pictures --labels labels.csv --measure 200 --json",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        string path = parsed.GetRequiredValue(_model);
        Model model = OnnxModelReader.Read(path);
        OutputFile? output = parsed.GetValue(_output) is { } outputPath ? OutputFile.Prepare(outputPath, path) : null;
        PreprocessChoice preprocess = PreprocessChoice.Of(parsed.GetValue(_preprocess), model);
        int seed = parsed.GetValue(_seed);
        int threads = parsed.GetValue(_threads);
        (ISampleSource all, SubsetSource samples, _) = DrawnSamples.Open(
            new SampleRequest(preprocess, parsed.GetRequiredValue(_calibration), model, parsed.GetValue(_labels), parsed.GetValue(_samples), seed),
            FeedbackOption.Resolve(parsed.GetRequiredValue(_feedback), model.Graph, path), all: parsed.GetValue(_measured) > 0, threads, session);
        using AccuracyDrop? accuracy = parsed.GetValue(_measured) is > 0 and int count
            ? new AccuracyDrop(model, SubsetSource.Draw(all, count, (ulong)seed + 1), threads)
            : null;
        QuantizationCache? cache = _cache.Open(parsed, session);
        (IReadOnlyList<UniformNoise> uniform, IReadOnlyList<LayerSensitivity> layers) = session.Progress.Show(progress => SensitivityAnalysis.Run(
            model, samples, new QuantizationOptions { Method = QuantizationMethod.MeanSquaredError, Threads = threads, Cache = cache }, parsed.GetValue(_widths)!.Distinct().OrderDescending().ToArray(),
            accuracy is null ? null : quantized => accuracy.Measure(quantized, cancellationToken: session.CancellationToken).Points,
            new StageReporter(progress), session.CancellationToken));
        SensitivityResult result = new(
            samples.Count,
            [.. uniform.Select(u => new UniformRow(u.Bits, OutputNoise.Sqnr(u.Noise), u.Metric))],
            [.. layers.OrderByDescending(l => l.AloneNoise).Select(l => new LayerRow(l.Layer, l.Bits, OutputNoise.Sqnr(l.AloneNoise), OutputNoise.Sqnr(l.WithoutNoise), l.AloneMetric, l.WithoutMetric))]);
        if (output is not null)
        {
            WriteConfig(output, layers, parsed.GetValue(_keep));
        }

        session.WriteResult(result, console => Write(result, output, console));
        return ExitCode.Done;
    }

    // The layers without which the narrowest network comes closest to the float one.
    private static void WriteConfig(OutputFile output, IReadOnlyList<LayerSensitivity> layers, int keep)
    {
        int narrowest = layers.Min(l => l.Bits);
        LayerOverride[] kept = [.. layers.Where(l => l.Bits == narrowest).OrderBy(l => l.WithoutNoise).Take(keep).Select(l => new LayerOverride(LayerOverride.Exactly(l.Layer), Float: true))];
        output.WriteText(LayerConfigFile.Write(kept));
    }

    private static void Write(SensitivityResult result, OutputFile? output, IAnsiConsole console)
    {
        bool measured = result.Rows.Any(r => r.AloneDrop is not null);
        Table table = measured
            ? Tables.Create("layer", ">bits", ">alone dB", ">all but it dB", ">alone loses", ">all but it lose")
            : Tables.Create("layer", ">bits", ">alone dB", ">all but it dB");
        foreach (LayerRow row in result.Rows)
        {
            string[] cells = [row.Layer, $"{row.Bits}", Numbers.Decibels(row.AloneSqnrDb), Numbers.Decibels(row.WithoutSqnrDb)];
            table.AddText(measured ? [.. cells, $"{row.AloneDrop:0.00}", $"{row.WithoutDrop:0.00}"] : cells);
        }

        console.Write(table);
        foreach (UniformRow row in result.Uniform)
        {
            console.WriteLine($"All layers at {row.Bits} bits: SQNR {Numbers.Decibels(row.SqnrDb)} dB{(row.Drop is { } drop ? $", top-1 loses {drop:0.00} points" : "")}.");
        }

        console.WriteLine($"On {result.Samples} samples, the layers first that do most harm alone; thresholds of least squared error.");
        if (output is not null)
        {
            console.WriteLine($"Wrote {output.Path}; give it to 'easyquant quantize --config {output.Path}'.");
        }
    }

    private sealed record SensitivityResult(int Samples, IReadOnlyList<UniformRow> Uniform, IReadOnlyList<LayerRow> Rows);

    private sealed record UniformRow(int Bits, double SqnrDb, double? Drop);

    private sealed record LayerRow(string Layer, int Bits, double AloneSqnrDb, double WithoutSqnrDb, double? AloneDrop, double? WithoutDrop);
}
