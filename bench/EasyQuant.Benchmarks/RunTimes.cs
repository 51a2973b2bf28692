using System.Diagnostics;

namespace EasyQuant.Benchmarks;

/// <summary>How long each of many runs took, in milliseconds.</summary>
internal sealed class RunTimes
{
    private readonly List<double> _milliseconds = [];

    public double Min => _milliseconds.Min();

    public double Median
    {
        get
        {
            double[] sorted = [.. _milliseconds.Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Times that many runs, one after the other.</summary>
    public void Measure(Action run, int runs)
    {
        for (int i = 0; i < runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    /// <summary>Runs without timing for so long that hot code has been compiled for good.</summary>
    public static void WarmUp(Action run, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            run();
        }
        while (Stopwatch.GetElapsedTime(start) < time);
    }
}
