using EasyQuant.Data;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary><c>verify</c>: whether two pictures show the same person.</summary>
internal sealed class VerifyTask : IEvaluationTask
{
    public string Name => "verify";

    public IReadOnlyList<string> Options { get; } = ["--labels"];

    public TaskReport Run(TaskRequest request, IProgress<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        ISampleSource pictures = request.Preprocess.Open(request.Data, request.Files[0].Model, request.Labels);
        return request.WithModels(m => m, models => VerificationTask.Run(models, pictures, request.Options, progress, cancellationToken));
    }
}
