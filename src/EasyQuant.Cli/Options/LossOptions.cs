using System.CommandLine;
using EasyQuant.Cli.Evaluation.Tasks;
using EasyQuant.Cli.Samples;
using EasyQuant.Cli.Terminal;
using EasyQuant.Data;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Options;

/// <summary>The options that say in which figure of which task a quantized model's loss is measured, and on what.</summary>
internal sealed class LossOptions
{
    private readonly TaskChoice _task = new();
    private readonly Option<string?> _metric = new("--metric") { Description = "Which figure of the task counts: top1, top5; ap, ap50; accuracy, auc; psnr, ssim. By default the first of the task's.", HelpName = "KEY" };
    private readonly Option<string?> _data = new("--data") { Description = "Samples to measure the task on. By default those of --calibration that are not drawn.", HelpName = "DIR" };

    /// <summary>The options in the order of the help.</summary>
    public IReadOnlyList<Option> All => [.. _task.All, _metric, _data];

    /// <summary>The options that the command line gives.</summary>
    public IEnumerable<Option> GivenIn(ParseResult parsed) => All.Where(parsed.IsGiven);

    /// <summary>The label file of the samples that calibrate, where the task is measured on the others of them.</summary>
    public string? LabelsOfCalibration(ParseResult parsed) => parsed.GetValue(_data) is null ? _task.LabelsOf(parsed) : null;

    /// <summary>The task.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">Further options that only some tasks take.</param>
    /// <exception cref="UsageException">An option does not go with the task.</exception>
    public IEvaluationTask TaskOf(ParseResult parsed, params IReadOnlyList<Option> others) =>
        parsed.GetValue(_data) is not null && others.FirstOrDefault(parsed.IsGiven) is { } sequences
            ? throw new UsageException($"--data does not go with {sequences.Name}: the task is then measured on the steps of --calibration that are not drawn.")
            : _task.Of(parsed, others);

    /// <summary>Opens the samples that did not calibrate, and measures the float model on them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="subject">What is quantized.</param>
    /// <param name="session">Told of what happens.</param>
    /// <exception cref="UsageException">The task lacks something, or has no such figure.</exception>
    /// <exception cref="InvalidSampleException">The samples cannot be used, or none is left.</exception>
    public TaskLoss Open(ParseResult parsed, LossSubject subject, Session session)
    {
        (IEvaluationTask task, string? data, string? metric) = (_task.Of(parsed), parsed.GetValue(_data), parsed.GetValue(_metric));
        bool isCalibrationFolder = data is null || PlaceOf(data) == PlaceOf(subject.Calibration);
        TaskRequest request = new(subject.ModelPath, subject.Model, data ?? subject.Calibration, subject.Preprocess, _task.LabelsOf(parsed), _task.BoxesOf(parsed))
        {
            Chosen = new SampleChoice(isCalibrationFolder ? subject.NamesDrawn : new HashSet<string>(), subject.Most, (ulong)subject.Seed + 1),
            Opened = data is null ? subject.Drawn.Others : null,
        };
        IMeasuredTask measured = task.Open(request, session.CancellationToken);
        ScoreKind kind = measured.Kinds.FirstOrDefault(k => metric is null || k.Key == metric)
            ?? throw new UsageException($"--metric is '{metric}', but --task {task.Name} measures {string.Join(" and ", measured.Kinds.Select(k => k.Key))}.");
        session.Note($"Measuring {kind.Title} on {measured.Samples} samples{(isCalibrationFolder ? " that do not calibrate" : $" of {data}")}.");
        return session.Progress.Show(progress => TaskLoss.From(
            subject.Model, measured, kind, new TaskOptions { Threads = subject.Threads, Seed = (ulong)subject.Seed }, new EvaluationReporter("measuring", progress), session.CancellationToken));
    }

    private static string PlaceOf(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}

/// <summary>A model whose quantized forms are to be measured.</summary>
/// <param name="ModelPath">Its file.</param>
/// <param name="Model">The float model.</param>
/// <param name="Preprocess">What is done to pictures.</param>
/// <param name="Calibration">Where the samples are that calibrate.</param>
/// <param name="Drawn">Those that are drawn.</param>
/// <param name="Seed">Where random choices begin.</param>
/// <param name="Threads">Threads to use.</param>
/// <param name="Most">The most samples to measure on.</param>
internal sealed record LossSubject(
    string ModelPath, Model Model, PreprocessChoice Preprocess, string Calibration, SubsetSource Drawn, int Seed, int Threads, int? Most = null)
{
    /// <summary>The names of those that are drawn.</summary>
    public IReadOnlySet<string> NamesDrawn => new HashSet<string>(Enumerable.Range(0, Drawn.Count).Select(Drawn.NameOf));
}
