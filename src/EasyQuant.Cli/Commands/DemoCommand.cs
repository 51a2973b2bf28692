using System.CommandLine;
using System.Diagnostics;
using EasyQuant.Cli.Demo;
using EasyQuant.Cli.Evaluation;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Quantization;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Reporting;
using Spectre.Console;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant demo</c>: quantizes and evaluates the network inside the program.</summary>
internal sealed class DemoCommand : CliCommand
{
    // Large enough that a run's fixed costs do not count, small enough that its tensors stay in the cache.
    private const int BatchSize = 8;

    // With all 500 EasyQuant's accuracy at 8 to 5 bits moves by less than 0.2 points.
    private const int CalibrationCount = 50;

    private static readonly int[] s_bits = [8, 7, 6, 5, 4];

    // The narrowest of those that are written.
    private const int ReportedBits = 7;

    private static readonly string[] s_classNames = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder for the models and the report.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "easyquant-demo",
    };

    public DemoCommand(CommandEnvironment environment)
        : base("demo", "Quantize a small Fashion-MNIST network at 8 to 4 bits and measure what it costs on 10,000 pictures.", environment)
    {
        Add(_output);
        Add(CommonOptions.Json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant demo",
        "easyquant demo --output /tmp/demo --json",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        OutputFolder output = OutputFolder.Prepare(parsed.GetValue(_output)!);
        long start = Stopwatch.GetTimestamp();
        Model model = DemoAssets.ReadModel();
        SubsetSource calibration = SubsetSource.Draw(DemoAssets.ReadCalibrationSamples(model), CalibrationCount, seed: 0);
        ISampleSource test = DemoAssets.ReadTestSamples(model);
        session.Note($"Fashion-MNIST: quantizing with {calibration.Count} training pictures, measuring on {test.Count} test pictures.");

        DemoModel[] models = session.Progress.Show(progress => Quantize(model, calibration, progress, session.CancellationToken));
        EvaluationRow[] rows = session.Progress.Show(progress => Evaluate(models, test, progress, session.CancellationToken));
        QuantizationReport report = session.Progress.Show(progress => Report(models, model, calibration, progress, session.CancellationToken));
        string[] written = [.. models.Where(m => m.IsKept).Select(m => output.Write(m.Model, m.FileName)), output.Write(report, "report.html")];
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        session.WriteResult(new DemoResult(rows, written, time.TotalSeconds), console =>
        {
            EvaluationTable.Write(rows, console);
            console.WriteLine("kl: thresholds of least Kullback-Leibler divergence. eq: EasyQuant's search for the scales.");
            console.WriteLine("Agreement, cosine and SQNR compare the outputs with those of the float network. Quantized networks were computed in integers.");
            console.WriteLine($"Done in {Numbers.Duration(time)}. Wrote {string.Join(", ", written)}.");
            console.WriteLine($"Next: open {written[^1]} in a browser.");
        });
        return ExitCode.Done;
    }

    private static DemoModel[] Quantize(Model model, ISampleSource samples, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        (QuantizationMethod Method, string Name, int Bits)[] variants =
        [
            .. s_bits.Select(b => (QuantizationMethod.Kl, "kl", b)),
            .. s_bits.Select(b => (QuantizationMethod.EasyQuant, "eq", b)),
        ];
        List<DemoModel> models = [new DemoModel(model, ModelKind.Float)];
        foreach ((QuantizationMethod method, string name, int bits) in variants)
        {
            progress.Report(new StageProgress("quantizing", models.Count - 1, variants.Length));
            QuantizationOptions options = new() { Method = method, WeightBits = bits, ActivationBits = bits, KeepTrace = IsReported(method, bits) };
            QuantizationResult result = PostTrainingQuantizer.Run(model, samples, options, null, cancellationToken);
            models.Add(new DemoModel(result.Model, new ModelKind(name, bits), IsReported(method, bits) ? result : null));
        }

        return [.. models];
    }

    private static EvaluationRow[] Evaluate(DemoModel[] models, ISampleSource test, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        EvaluatedModel[] evaluated = [.. models.Select(m => new EvaluatedModel(m.Name, m.Model, Engine.Integer))];
        try
        {
            IReadOnlyList<ClassificationMetrics> metrics = Evaluator.Run(
                evaluated, test, new EvaluationOptions { BatchSize = BatchSize }, new EvaluationReporter("evaluating", progress), cancellationToken);
            return [.. models.Zip(metrics, (m, metric) => EvaluationRow.Of(m.Name, m.Kind, metric, SizeOf(m.Model)))];
        }
        finally
        {
            Array.ForEach(evaluated, e => e.Dispose());
        }
    }

    private static bool IsReported(QuantizationMethod method, int bits) => method == QuantizationMethod.EasyQuant && bits == ReportedBits;

    private static QuantizationReport Report(DemoModel[] models, Model floatModel, SubsetSource samples, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        DemoModel reported = models.Single(m => m.Result is not null);
        ReportSummary summary = new()
        {
            Model = models[0].FileName,
            Output = reported.FileName,
            Method = reported.Kind.Method,
            WeightBits = ReportedBits,
            ActivationBits = ReportedBits,
            Samples = samples.Count,
            Seed = 0,
            BytesBefore = SizeOf(floatModel),
            BytesAfter = SizeOf(reported.Model),
        };
        return ReportComposition.Run(
            summary, new ReportSubject(floatModel, reported.Result!, samples, Preprocess: null, s_classNames), Environment.ProcessorCount, progress, cancellationToken);
    }

    private static long SizeOf(Model model)
    {
        using MemoryStream stream = new();
        OnnxModelWriter.Write(model, stream);
        return stream.Length;
    }

    private sealed record DemoModel(Model Model, ModelKind Kind, QuantizationResult? Result = null)
    {
        public string Name => Kind == ModelKind.Float ? "fashion_mnist" : $"fashion_mnist.{Kind.Method}{Kind.Bits}";

        public string FileName => $"{Name}.onnx";

        /// <summary>Whether the model is written: the float one, and EasyQuant's at 8 and 7 bits.</summary>
        public bool IsKept => Kind.Method != "kl" && Kind.Bits >= 7;
    }

    private sealed record DemoResult(IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<string> Written, double Seconds);
}
