using System.CommandLine;
using EasyQuant.Cli.Evaluation;
using EasyQuant.Cli.Evaluation.Tasks;
using EasyQuant.Cli.Options;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Metrics;
using EasyQuant.Evaluation.Recurrence;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Commands;

/// <summary><c>easyquant evaluate</c>: how well models do their task, and how close they stay to the first.</summary>
internal sealed class EvaluateCommand : CliCommand
{
    private readonly Argument<string[]> _models = ModelArguments.Several("The models; the first is the reference.");
    private readonly Option<string> _data = new("--data") { Description = "Samples: a folder of pictures, .npy or .npz files, or with a sub-folder of .npy files for each input; an .npz, an .npy, an IDX file.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _preprocess = SampleOptions.Preprocess();
    private readonly TaskChoice _task = new();
    private readonly Option<string[]> _feedback = FeedbackOption.Create();
    private readonly Option<int> _seed = CommonOptions.Seed();
    private readonly Option<Engine?> _engine = EngineOption.Create();
    private readonly Option<int> _threads = CommonOptions.Threads(Environment.ProcessorCount);

    public EvaluateCommand(CommandEnvironment environment)
        : base("evaluate", "Measure how well models do their task, and how close outputs are to those of the first model.", environment)
    {
        Add(_models);
        Option[] options = [_data, .. _task.All, _preprocess, _feedback, _engine, _threads, _seed, CommonOptions.Json];
        Array.ForEach(options, Add);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "easyquant evaluate mobilenet.onnx mobilenet.int8.onnx --data pictures --labels labels.csv",
        "easyquant evaluate model.onnx --data classes --preprocess imagenet --json",
        "easyquant evaluate speech.onnx speech.int8.onnx --data recordings --feedback h_out=h_in --engine integer",
        "easyquant evaluate yolox.onnx yolox.int8.onnx --task detect --data pictures --boxes boxes.csv",
    ];

    protected override int Execute(ParseResult parsed, Session session)
    {
        ModelFile[] files = [.. parsed.GetRequiredValue(_models).Select(ModelFile.Read)];
        Model[] models = [.. files.Select(f => f.Model)];
        PreprocessChoice preprocess = PreprocessChoice.Of(parsed.GetValue(_preprocess), models);
        Engine? engine = parsed.GetValue(_engine);
        IEvaluationTask task = _task.Of(parsed, _feedback);
        if (task is ClassifyTask)
        {
            return Classify(files, preprocess, engine, parsed, session);
        }

        TaskRequest request = new(files[0].Path, models[0], parsed.GetRequiredValue(_data), preprocess, _task.LabelsOf(parsed), _task.BoxesOf(parsed));
        TaskReport report = Compare(files, task.Open(request, session.CancellationToken), engine, parsed, session);
        TaskRow[] rows = [.. files.Select(f => new TaskRow(f.Path, ModelKind.Of(f.Model), f.Bytes))];
        session.WriteResult(TaskDocument.Of(task.Name, report, rows), console => TaskTable.Write(report, rows, console));
        return ExitCode.Done;
    }

    private TaskReport Compare(ModelFile[] files, IMeasuredTask task, Engine? engine, ParseResult parsed, Session session)
    {
        TaskOptions options = new() { Threads = parsed.GetValue(_threads), Seed = (ulong)parsed.GetValue(_seed) };
        EvaluatedModel[] evaluated = [.. files.Select(f => new EvaluatedModel(f.Path, task.Prepare(f.Model), f.EngineFor(engine)))];
        try
        {
            return session.Progress.Show(progress => task.Compare(evaluated, options, new EvaluationReporter("evaluating", progress), session.CancellationToken));
        }
        finally
        {
            Array.ForEach(evaluated, e => e.Dispose());
        }
    }

    private int Classify(ModelFile[] files, PreprocessChoice preprocess, Engine? engine, ParseResult parsed, Session session)
    {
        (string data, string? labels) = (parsed.GetRequiredValue(_data), _task.LabelsOf(parsed));
        FeedbackLinks?[] feedback = [.. files.Select(f => FeedbackOption.Resolve(parsed.GetRequiredValue(_feedback), f.Model.Graph, f.Path))];
        ISampleSource samples = feedback[0] is { } links ? preprocess.OpenSequences(data, files[0].Model, links, labels) : preprocess.Open(data, files[0].Model, labels);
        IReadOnlyList<ClassificationMetrics> metrics = Evaluate(files, feedback, samples, engine, parsed.GetValue(_threads), session);
        EvaluationRow[] rows = [.. metrics.Select((m, i) => EvaluationRow.Of(files[i].Path, ModelKind.Of(files[i].Model), m, files[i].Bytes))];
        session.WriteResult(new EvaluateResult(samples.Count, rows), console => EvaluationTable.Write(rows, console));
        return ExitCode.Done;
    }

    private static IReadOnlyList<ClassificationMetrics> Evaluate(ModelFile[] files, FeedbackLinks?[] feedback, ISampleSource samples, Engine? engine, int threads, Session session)
    {
        EvaluatedModel[] evaluated = [.. files.Select((f, i) => new EvaluatedModel(f.Path, f.Model, f.EngineFor(engine), feedback[i]))];
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
