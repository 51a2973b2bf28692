namespace EasyQuant.Benchmarks.Soak;

/// <summary>The memory of the process at a time.</summary>
internal readonly record struct MemorySample(double Seconds, long Runs, long WorkingSet, long ManagedHeap);

/// <summary>How much memory the process had over time.</summary>
internal sealed class MemoryLog
{
    // More than the collector's comings and goings move the mean of a quarter, less than any leak adds over minutes.
    private const double AllowedGrowth = 0.03;

    private readonly List<MemorySample> _samples = [];

    public void Add(long runs, double seconds)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
        _samples.Add(new MemorySample(seconds, runs, process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false)));
    }

    /// <summary>Whether the working set of the last quarter is that of the second; the first one warms up.</summary>
    public bool IsFlat => LastQuarter <= SecondQuarter * (1 + AllowedGrowth);

    /// <summary>About so many samples, evenly over time.</summary>
    public IEnumerable<MemorySample> Thinned(int count) => _samples.Where((_, i) => i % Math.Max(1, _samples.Count / count) == 0 || i == _samples.Count - 1);

    public string Describe() =>
        $"{SecondQuarter / 1e6:0.0} MB on average in the second quarter of the time, {LastQuarter / 1e6:0.0} MB in the last ({(IsFlat ? "flat" : "it grows")}: {LastQuarter / SecondQuarter - 1:+0.0 %;-0.0 %}, {AllowedGrowth:0 %} allowed)";

    private double SecondQuarter => _samples.Skip(_samples.Count / 4).Take(Math.Max(1, _samples.Count / 4)).Average(s => (double)s.WorkingSet);

    private double LastQuarter => _samples.TakeLast(Math.Max(1, _samples.Count / 4)).Average(s => (double)s.WorkingSet);
}
