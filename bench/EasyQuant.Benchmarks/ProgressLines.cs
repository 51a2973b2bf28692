using System.Diagnostics;
using EasyQuant.Evaluation;
using EasyQuant.Quantization;

namespace EasyQuant.Benchmarks;

/// <summary>Says on standard error how far the work is: when a stage begins and every few seconds.</summary>
/// <param name="subject">What is being worked on.</param>
internal sealed class ProgressLines(string subject) : IProgress<QuantizationProgress>, IProgress<EvaluationProgress>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private string _stage = "";
    private long _lastLine;

    public void Report(QuantizationProgress value) => Report(value.Stage, value.Done, value.Total);

    public void Report(EvaluationProgress value) => Report("evaluating", value.Done, value.Total);

    public void Report(string stage, int done, int total)
    {
        lock (_lock)
        {
            if (stage != _stage || Stopwatch.GetElapsedTime(_lastLine) > s_pause)
            {
                (_stage, _lastLine) = (stage, Stopwatch.GetTimestamp());
                Console.Error.WriteLine($"{subject}: {stage}, {done} of {total}");
            }
        }
    }
}
