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

    public TaskReport Run(TaskRequest request, IProgress<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        Preprocess preprocess = request.Preprocess.Required(request.Data);
        (double Gain, double Offset) toLevel = preprocess.ToLevel();
        return request.WithModels(OpenExtents.Of, models =>
        {
            string input = PreprocessChoice.PictureInput(request.Files[0].Model).Name;
            int factor = UpscalingTask.FactorOf(models[0], input, cancellationToken);
            UpscaleSource pictures = new(request.Data, preprocess, input, factor);
            return UpscalingTask.Run(models, pictures, factor, toLevel, request.Options, progress, cancellationToken);
        });
    }
}
