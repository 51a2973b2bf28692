using System.Diagnostics;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Benchmarks;

/// <summary>A model to be timed.</summary>
/// <param name="Name">What the result calls it.</param>
/// <param name="Executor">The model made ready.</param>
/// <param name="Inputs">What to run it on.</param>
public sealed record TimedModel(string Name, IModelExecutor Executor, IReadOnlyDictionary<string, Tensor> Inputs);

/// <summary>How long one run of a model takes.</summary>
/// <param name="Name">The model.</param>
/// <param name="Runs">How many runs were timed.</param>
/// <param name="MedianMs">The median in milliseconds.</param>
/// <param name="MinMs">The shortest in milliseconds.</param>
public sealed record InferenceTime(string Name, int Runs, double MedianMs, double MinMs);

/// <summary>Times models in turns, so that whatever slows the machine for a while slows all of them alike.</summary>
public static class InferenceBenchmark
{
    // The runtime compiles hot methods anew in the background; a few runs are not enough for it to be done.
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(500);

    private const int FewestRuns = 3;

    /// <summary>Times each model for about <paramref name="time"/>, after a warm-up, three runs at least.</summary>
    public static IReadOnlyList<InferenceTime> Run(IReadOnlyList<TimedModel> models, TimeSpan time, CancellationToken cancellationToken = default)
    {
        foreach (TimedModel model in models)
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                model.Executor.Run(model.Inputs, cancellationToken);
            }
            while (Stopwatch.GetElapsedTime(start) < s_warmUp);
        }

        List<double>[] times = [.. models.Select(_ => new List<double>())];
        double[] spent = new double[models.Count];
        bool any = true;
        while (any)
        {
            any = false;
            for (int m = 0; m < models.Count; m++)
            {
                if (times[m].Count < FewestRuns || spent[m] < time.TotalMilliseconds)
                {
                    any = true;
                    long start = Stopwatch.GetTimestamp();
                    models[m].Executor.Run(models[m].Inputs, cancellationToken);
                    double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    times[m].Add(elapsed);
                    spent[m] += elapsed;
                }
            }
        }

        return [.. models.Zip(times, (model, t) => new InferenceTime(model.Name, t.Count, Median(t), t.Min()))];
    }

    private static double Median(List<double> times)
    {
        double[] sorted = [.. times.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
