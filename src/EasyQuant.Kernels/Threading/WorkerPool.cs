using System.Runtime.ExceptionServices;

namespace EasyQuant.Kernels.Threading;

/// <summary>Divides a loop among a fixed number of threads; the caller's thread is one of them.</summary>
/// <remarks>Which thread runs which index is not defined, so a body writes only what belongs to its own index.</remarks>
public sealed class WorkerPool : IDisposable
{
    private readonly ParallelOptions _options;

    /// <summary>A pool of <paramref name="threads"/> threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _options = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    /// <summary>A pool that runs everything on the caller's thread.</summary>
    public static WorkerPool Inline { get; } = new(1);

    /// <summary>How many threads take part.</summary>
    public int Threads { get; }

    /// <summary>Runs <paramref name="body"/> for every index from 0 up to, not including, <paramref name="count"/>.</summary>
    public void For(int count, Action<int> body)
    {
        if (Threads == 1 || count <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, _options, body);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
    }
}
