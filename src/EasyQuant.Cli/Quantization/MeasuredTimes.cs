using EasyQuant.Data;
using EasyQuant.Evaluation.Benchmarks;
using EasyQuant.Graphs;
using EasyQuant.Reporting.Layers;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;

namespace EasyQuant.Cli.Quantization;

/// <summary>How long a quantized model and its layers take on this machine, on one thread.</summary>
/// <param name="Integer">Milliseconds of a run in the integer engine.</param>
/// <param name="Float">Milliseconds of a run of the float model in the float executor.</param>
/// <param name="Layers">Every computation of the integer engine.</param>
/// <param name="Machine">What it was measured on.</param>
internal sealed record MeasuredTimes(double Integer, double Float, IReadOnlyList<LayerTime> Layers, string Machine)
{
    // Enough for a median that a single disturbance does not move, and short beside the search.
    private static readonly TimeSpan s_time = TimeSpan.FromMilliseconds(500);
    private const int MostRuns = 50;

    public static MeasuredTimes Of(Model floatModel, Model quantized, Sample sample, CancellationToken cancellationToken)
    {
        using InferenceSession session = new(quantized, new SessionOptions { Threads = 1 });
        using GraphExecutor executor = new(floatModel, new ExecutorOptions { Threads = 1 });
        IReadOnlyList<InferenceTime> times = InferenceBenchmark.Run(
            [new TimedModel("integer", session, sample.Inputs), new TimedModel("float", executor, sample.Inputs)], s_time, cancellationToken);
        int runs = (int)Math.Clamp(s_time.TotalMilliseconds / times[0].MedianMs, 3, MostRuns);
        return new MeasuredTimes(
            times[0].MedianMs, times[1].MedianMs,
            [.. session.MeasureSteps(sample.Inputs, runs, cancellationToken).Select(t => new LayerTime(t.Step.Label, t.Kernel, t.Milliseconds))],
            $"{session.Isa}, 1 thread");
    }
}
