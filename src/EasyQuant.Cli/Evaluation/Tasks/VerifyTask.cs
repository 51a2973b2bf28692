using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary><c>verify</c>: whether two pictures show the same person.</summary>
internal sealed class VerifyTask : IEvaluationTask
{
    public string Name => "verify";

    public IReadOnlyList<string> Options { get; } = ["--labels"];

    public IMeasuredTask Open(TaskRequest request, CancellationToken cancellationToken) => new VerificationTask(request.OpenSamples());
}
