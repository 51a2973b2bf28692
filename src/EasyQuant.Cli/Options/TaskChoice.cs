using System.CommandLine;
using EasyQuant.Cli.Evaluation.Tasks;

namespace EasyQuant.Cli.Options;

/// <summary>The options that say what models are for, and what is known of the samples that this is measured on.</summary>
internal sealed class TaskChoice
{
    private readonly Option<string> _task = new("--task") { Description = "What the models are for: classes of pictures, objects in them, whether two show the same person, larger pictures.", DefaultValueFactory = _ => EvaluationTasks.All[0].Name };
    private readonly Option<string?> _labels = new("--labels") { Description = "For classify and verify: the class or person of each picture, a CSV with columns file and label. Without it sub-folders are classes.", HelpName = "FILE.csv" };
    private readonly Option<string?> _boxes = new("--boxes") { Description = "For detect: a CSV with columns file, class, x, y, w, h.", HelpName = "FILE.csv" };

    public TaskChoice() => _task.AcceptOnlyFromAmong([.. EvaluationTasks.All.Select(t => t.Name)]);

    /// <summary>The options in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_task, _labels, _boxes];

    /// <summary>The label file, where one is given.</summary>
    public string? LabelsOf(ParseResult parsed) => parsed.GetValue(_labels);

    /// <summary>The box file, where one is given.</summary>
    public string? BoxesOf(ParseResult parsed) => parsed.GetValue(_boxes);

    /// <summary>The task. An option that another task has must not be overlooked in silence.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">Further options that only some tasks take.</param>
    /// <exception cref="UsageException">An option does not go with the task.</exception>
    public IEvaluationTask Of(ParseResult parsed, params IEnumerable<Option> others)
    {
        IEvaluationTask task = EvaluationTasks.All.Single(t => t.Name == parsed.GetRequiredValue(_task));
        return ((Option[])[_labels, _boxes, .. others]).FirstOrDefault(o => parsed.IsGiven(o) && !task.Options.Contains(o.Name)) is { } other
            ? throw new UsageException($"{other.Name} does not go with --task {task.Name}.")
            : task;
    }
}
