using EasyQuant.Cli.Samples;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary><c>detect</c>: objects in pictures.</summary>
internal sealed class DetectTask : IEvaluationTask
{
    public string Name => "detect";

    public IReadOnlyList<string> Options { get; } = ["--boxes"];

    public TaskReport Run(TaskRequest request, IProgress<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        string boxes = request.Boxes
            ?? throw new UsageException("--task detect needs --boxes FILE.csv with the objects in the pictures: columns file,class,x,y,w,h, in pixels.");
        DetectionSource pictures = new(request.Data, boxes, request.Preprocess.Required(request.Data), PreprocessChoice.PictureInput(request.Files[0].Model));
        return request.WithModels(m => m, models => DetectionTask.Run(models, pictures, request.Options, progress, cancellationToken));
    }
}
