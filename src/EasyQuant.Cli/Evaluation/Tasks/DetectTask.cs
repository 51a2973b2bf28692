using EasyQuant.Cli.Samples;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary><c>detect</c>: objects in pictures.</summary>
internal sealed class DetectTask : IEvaluationTask
{
    public string Name => "detect";

    public IReadOnlyList<string> Options { get; } = ["--boxes"];

    public IMeasuredTask Open(TaskRequest request, CancellationToken cancellationToken)
    {
        string boxes = request.Boxes
            ?? throw new UsageException("--task detect needs --boxes FILE.csv with the objects in the pictures: columns file,class,x,y,w,h, in pixels.");
        return new DetectionTask(request.Chosen.Of(
            new DetectionSource(request.Data, boxes, request.Preprocess.Required(request.Data), PreprocessChoice.PictureInput(request.Model))));
    }
}
