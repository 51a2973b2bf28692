using EasyQuant.Quantization;

namespace EasyQuant.Cli.Terminal;

/// <summary>Shows a quantization's progress, stage by stage.</summary>
internal sealed class StageReporter(IProgress<StageProgress> progress) : IProgress<QuantizationProgress>
{
    public void Report(QuantizationProgress value) => progress.Report(new StageProgress(value.Stage, value.Done, value.Total));
}
