using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary>A task that models can be measured by, beside classification.</summary>
internal interface IEvaluationTask
{
    /// <summary>What <c>--task</c> calls it.</summary>
    string Name { get; }

    /// <summary>Which of the options that only some tasks have it takes.</summary>
    IReadOnlyList<string> Options { get; }

    /// <summary>Opens the data and measures the models.</summary>
    /// <exception cref="UsageException">The request lacks something that the task needs.</exception>
    TaskReport Run(TaskRequest request, IProgress<EvaluationProgress> progress, CancellationToken cancellationToken);
}

/// <summary>The tasks beside classification.</summary>
internal static class EvaluationTasks
{
    /// <summary>The task that needs no code here: top-1 and top-5.</summary>
    public const string Classify = "classify";

    public static IReadOnlyList<IEvaluationTask> All { get; } = [new DetectTask(), new VerifyTask(), new UpscaleTask()];
}
