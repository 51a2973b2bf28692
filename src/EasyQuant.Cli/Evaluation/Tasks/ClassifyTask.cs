using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary><c>classify</c>: what is on a picture. <c>evaluate</c> shows more of it, see <see cref="EvaluationRow"/>.</summary>
internal sealed class ClassifyTask : IEvaluationTask
{
    public string Name => "classify";

    public IReadOnlyList<string> Options { get; } = ["--labels", "--feedback"];

    public IMeasuredTask Open(TaskRequest request, CancellationToken cancellationToken) => new NamingTask(request.OpenSamples());
}
