using EasyQuant.Cli.Samples;
using EasyQuant.Evaluation;
using EasyQuant.Evaluation.Tasks;
using EasyQuant.Graphs;

namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary>What the command line asks of a task.</summary>
/// <param name="Files">The models; the first is the reference.</param>
/// <param name="Engine">What computes them, where it was said.</param>
/// <param name="Data">Where the pictures are.</param>
/// <param name="Labels">The label file, where one is given.</param>
/// <param name="Boxes">The box file, where one is given.</param>
/// <param name="Preprocess">What is done to pictures.</param>
/// <param name="Options">How it is run.</param>
internal sealed record TaskRequest(
    ModelFile[] Files, Engine? Engine, string Data, string? Labels, string? Boxes, PreprocessChoice Preprocess, TaskOptions Options)
{
    /// <summary>The models made ready to run, perhaps <paramref name="changed"/>, for as long as <paramref name="work"/> takes.</summary>
    public T WithModels<T>(Func<Model, Model> changed, Func<EvaluatedModel[], T> work)
    {
        EvaluatedModel[] models = [.. Files.Select(f => new EvaluatedModel(f.Path, changed(f.Model), f.EngineFor(Engine)))];
        try
        {
            return work(models);
        }
        finally
        {
            Array.ForEach(models, m => m.Dispose());
        }
    }
}
