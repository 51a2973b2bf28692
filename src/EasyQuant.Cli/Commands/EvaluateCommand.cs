using System.CommandLine;
using EasyQuant.Cli.Evaluation;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant evaluate</c>: accuracy of models, and how close they stay to the first.</summary>
internal sealed class EvaluateCommand : CliCommand
{
    private const string Float = "float";
    private const string Integer = "integer";

    private readonly Argument<string[]> _models = ModelArguments.Several("The models; the first is the reference.");
    private readonly Option<string> _data = new("--data") { Description = "Samples: a folder of pictures or .npy files, an .npz, an .npy, an IDX file.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _labels = new("--labels") { Description = "The class of each picture: a CSV with columns file and label. Without it sub-folders are classes.", HelpName = "FILE.csv" };
    private readonly Option<string?> _preprocess = SampleOptions.Preprocess();
    private readonly Option<string> _engine = new("--engine") { Description = "What computes the models: float as the graph says, or integers where a model is quantized.", DefaultValueFactory = _ => Float };
    private readonly Option<int> _threads = CommonOptions.Threads(Environment.ProcessorCount);

    public EvaluateCommand(CommandEnvironment environment)
        : base("evaluate", "Measure top-1, top-5, and how close outputs are to those of the first model.", environment)
    {
        _engine.AcceptOnlyFromAmong(Float, Integer);
        Add(_models);
        Option[] options = [_data, _labels, _preprocess, _engine, _threads, CommonOptions.Json];
        Array.ForEach(options, Add);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant evaluate mobilenet.onnx mobilenet.int8.onnx --data pictures --labels labels.csv",
        "easyquant evaluate model.onnx --data classes --preprocess imagenet --json",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        string[] paths = parsed.GetRequiredValue(_models);
        Model[] models = [.. paths.Select(p => OnnxModelReader.Read(p))];
        ISampleSource samples = PreprocessChoice.Of(parsed.GetValue(_preprocess), models).Open(parsed.GetRequiredValue(_data), models[0], parsed.GetValue(_labels));
        IReadOnlyList<ClassificationMetrics> metrics = Evaluate(paths, models, samples, parsed.GetValue(_engine) == Integer ? Engine.Integer : Engine.Float, parsed.GetValue(_threads), session);
        EvaluationRow[] rows = [.. metrics.Select((m, i) => EvaluationRow.Of(paths[i], ModelKind.Of(models[i]), m, new FileInfo(paths[i]).Length))];
        session.WriteResult(new EvaluateResult(samples.Count, rows), console => EvaluationTable.Write(rows, console));
        return ExitCode.Done;
    }

    private static IReadOnlyList<ClassificationMetrics> Evaluate(string[] paths, Model[] models, ISampleSource samples, Engine engine, int threads, Session session)
    {
        EvaluatedModel[] evaluated = [.. models.Select((m, i) => new EvaluatedModel(paths[i], m, engine))];
        try
        {
            return session.Progress.Show(progress => Evaluator.Run(
                evaluated, samples, new EvaluationOptions { Threads = threads }, new EvaluationReporter("evaluating", progress), session.CancellationToken));
        }
        finally
        {
            Array.ForEach(evaluated, e => e.Dispose());
        }
    }

    private sealed record EvaluateResult(int Samples, IReadOnlyList<EvaluationRow> Rows);
}
