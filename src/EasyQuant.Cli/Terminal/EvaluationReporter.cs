using EasyQuant.Evaluation;

namespace EasyQuant.Cli.Terminal;

/// <summary>Shows an evaluation's progress as a stage.</summary>
internal sealed class EvaluationReporter(string stage, IProgress<StageProgress> progress) : IProgress<EvaluationProgress>
{
    public void Report(EvaluationProgress value) => progress.Report(new StageProgress(stage, value.Done, value.Total));
}
