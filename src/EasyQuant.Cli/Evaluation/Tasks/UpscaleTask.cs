using EasyQuant.Cli.Samples;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary><c>upscale</c>: larger pictures from smaller ones.</summary>
internal sealed class UpscaleTask : IEvaluationTask
{
    public string Name => "upscale";

    public IReadOnlyList<string> Options { get; } = [];

    public IMeasuredTask Open(TaskRequest request, CancellationToken cancellationToken)
    {
        Preprocess preprocess = request.Preprocess.Required(request.Data);
        string input = PreprocessChoice.PictureInput(request.Model).Name;
        using EvaluatedModel model = new(request.ModelPath, OpenExtents.Of(request.Model));
        int factor = UpscalingTask.FactorOf(model, input, cancellationToken);
        return new UpscalingTask(request.Chosen.Of(new UpscaleSource(request.Data, preprocess, input, factor)), factor, preprocess.ToLevel());
    }
}
