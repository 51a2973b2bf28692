using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary>A task that models can be measured by, as the command line knows it.</summary>
internal interface IEvaluationTask
{
    /// <summary>What <c>--task</c> calls it.</summary>
    string Name { get; }

    /// <summary>Which of the options that only some tasks have it takes.</summary>
    IReadOnlyList<string> Options { get; }

    /// <summary>Opens the samples.</summary>
    /// <exception cref="UsageException">The request lacks something that the task needs.</exception>
    /// <exception cref="EasyQuant.Data.InvalidSampleException">The samples cannot be used.</exception>
    IMeasuredTask Open(TaskRequest request, CancellationToken cancellationToken);
}

/// <summary>The tasks, the default first.</summary>
internal static class EvaluationTasks
{
    public static IReadOnlyList<IEvaluationTask> All { get; } = [new ClassifyTask(), new DetectTask(), new VerifyTask(), new UpscaleTask()];
}
