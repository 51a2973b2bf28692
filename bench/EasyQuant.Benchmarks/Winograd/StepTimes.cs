using System.Diagnostics;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Benchmarks.Winograd;

/// <summary>One network planned in one way, and how long its steps took in runs of the whole.</summary>
internal sealed class StepTimes : IDisposable
{
    private readonly PlanCache _cache;
    private readonly RunState _state;
    private readonly string[] _kernels;
    private readonly List<long[]> _runs = [];

    public StepTimes(IntegerNetwork network, Tensor input, string? isa, WinogradUse use, WorkerPool workers)
    {
        long start = Stopwatch.GetTimestamp();
        _cache = new PlanCache(1, _ => new NetworkPlan(network, new KernelSet(isa, use, workers.Threads)), workers);
        _state = _cache.Rent([input.Shape]);
        PlanMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _state.Floats[_state.Plan.InputSlots[0]] = input;
        _kernels = _state.Plan.Kernels();
    }

    /// <summary>How long it took to make the plan.</summary>
    public double PlanMilliseconds { get; }

    /// <summary>The median of whole runs in milliseconds.</summary>
    public double Median => MedianOf(_runs.Select(r => r.Sum()));

    /// <summary>Whether a step is computed by Winograd's method.</summary>
    public bool IsWinograd(int step) => _kernels[step].StartsWith("winograd", StringComparison.Ordinal);

    /// <summary>The median of a step, or of several together, in milliseconds.</summary>
    public double MedianOf(params IReadOnlyCollection<int> steps) => MedianOf(_runs.Select(r => steps.Sum(s => r[s])));

    /// <summary>Runs once; the first runs of a process had better not be timed.</summary>
    public void Run(bool isTimed)
    {
        long[] ticks = new long[_state.Plan.Network.Steps.Count];
        _state.Plan.Measure(_state, ticks, CancellationToken.None);
        if (isTimed)
        {
            _runs.Add(ticks);
        }
    }

    public void Dispose()
    {
        _cache.Return(_state);
        _cache.Dispose();
    }

    private static double MedianOf(IEnumerable<long> ticks)
    {
        long[] sorted = [.. ticks.Order()];
        return Stopwatch.GetElapsedTime(0, sorted[sorted.Length / 2]).TotalMilliseconds;
    }
}
