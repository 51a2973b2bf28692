using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace EasyQuant.Kernels.Threading;

/// <summary>Divides a loop among a fixed number of threads; the caller's thread is one of them.</summary>
/// <remarks>
/// <para>The other threads live as long as the pool. After a loop they spin for a moment, since the next operator usually
/// follows at once, and then sleep.</para>
/// <para>Each thread begins with its own share of neighbouring indices, the same in every loop of that many, so that it finds in its
/// cache what it wrote there before; then it helps with the others' shares. Which thread runs which index is therefore not defined,
/// and a body writes only what belongs to its own index.</para>
/// <para>A thread that has not taken part by the time all indices are handed out is not waited for: on a busy machine a loop
/// costs no more than running it alone.</para>
/// <para>One loop runs at a time. A loop that is started while another runs, by another caller or from within a body, is
/// run by its caller alone.</para>
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    // Some ten microseconds: longer than the gap between two operators, shorter than a scheduler's time slice.
    private const int SpinsBeforeSleep = 200;

    private const long Open = 1L << 16;
    private const int LoopShift = 17;

    // Counters of different shares lie in different cache lines.
    private const int CounterDistance = 32;

    private readonly Thread[] _threads;
    private readonly int[] _next;
    private readonly SemaphoreSlim _wake = new(0);
    private int _busy;
    private int _sleeping;

    // The body of the loop that is running: a struct on its caller's stack, and the function that runs it for an index.
    private delegate*<ref byte, int, void> _run;
    private void* _body;
    private int _count;

    // The loop's number, above one bit that says whether threads may still join it, above the number that have.
    private long _state;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _disposed;

    /// <summary>A pool of <paramref name="threads"/> threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _next = new int[threads * CounterDistance];
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int share = i + 1;
            _threads[i] = new Thread(() => Work(share)) { IsBackground = true, Name = $"easyquant worker {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>A pool that runs everything on the caller's thread.</summary>
    public static WorkerPool Inline { get; } = new(1);

    /// <summary>How many threads take part.</summary>
    public int Threads { get; }

    /// <summary>Runs <paramref name="body"/> for every index from 0 up to, not including, <paramref name="count"/>.</summary>
    /// <remarks>Throws what a body threw first; indices that had not begun by then are left out.</remarks>
    public void For(int count, Action<int> body) => For(count, new DelegateBody(body));

    /// <summary>The same without allocating anything: the body is a struct, which all threads run where it lies.</summary>
    public void For<TBody>(int count, TBody body)
        where TBody : struct, ILoopBody
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_threads.Length == 0 || count <= 1 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (int i = 0; i < count; i++)
            {
                body.Run(i);
            }

            return;
        }

        try
        {
            // A parameter does not move, and it stays until all threads are done with it.
            _run = &Run<TBody>;
            _body = Unsafe.AsPointer(ref body);
            (_count, _failure) = (count, null);
            for (int share = 0; share < Threads; share++)
            {
                _next[share * CounterDistance] = FirstOf(share);
            }

            Interlocked.Exchange(ref _state, ((Volatile.Read(ref _state) >> LoopShift) + 1) << LoopShift | Open);
            if (Volatile.Read(ref _sleeping) > 0)
            {
                _wake.Release(_threads.Length);
            }

            RunIndices(0);
            Close();
            _failure?.Throw();
        }
        finally
        {
            _run = null;
            _body = null;
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends the threads. No loop may be running.</summary>
    public void Dispose()
    {
        if (_disposed || this == Inline)
        {
            return;
        }

        _disposed = true;
        Interlocked.Exchange(ref _state, ((Volatile.Read(ref _state) >> LoopShift) + 1) << LoopShift);
        _wake.Release(Math.Max(1, 2 * _threads.Length));
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }

    // Waits for those that take part; once nobody does, nobody can any more.
    private void Close()
    {
        SpinWait spin = default;
        while (true)
        {
            long state = Volatile.Read(ref _state);
            if ((state & (Open - 1)) == 0 && Interlocked.CompareExchange(ref _state, state & ~Open, state) == state)
            {
                return;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Work(int share)
    {
        long seen = 0;
        while (true)
        {
            WaitForLoopAfter(seen);
            if (_disposed)
            {
                return;
            }

            long state = Volatile.Read(ref _state);
            seen = state >> LoopShift;
            while ((state & Open) != 0 && state >> LoopShift == seen)
            {
                if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
                {
                    RunIndices(share);
                    Interlocked.Decrement(ref _state);
                    break;
                }

                state = Volatile.Read(ref _state);
            }
        }
    }

    private void WaitForLoopAfter(long seen)
    {
        for (int i = 0; i < SpinsBeforeSleep; i++)
        {
            if (Volatile.Read(ref _state) >> LoopShift != seen)
            {
                return;
            }

            Thread.SpinWait(20);
        }

        Interlocked.Increment(ref _sleeping);
        while (Volatile.Read(ref _state) >> LoopShift == seen)
        {
            // Permits may be left over from loops that this thread reached without sleeping; the condition decides.
            _wake.Wait();
        }

        Interlocked.Decrement(ref _sleeping);
    }

    private static void Run<TBody>(ref byte body, int index)
        where TBody : struct, ILoopBody => Unsafe.As<byte, TBody>(ref body).Run(index);

    private int FirstOf(int share) => (int)((long)_count * share / Threads);

    private void RunIndices(int ownShare)
    {
        delegate*<ref byte, int, void> run = _run;
        ref byte body = ref *(byte*)_body;
        try
        {
            for (int i = 0; i < Threads; i++)
            {
                int share = (ownShare + i) % Threads;
                int end = FirstOf(share + 1);
                ref int next = ref _next[share * CounterDistance];
                while (Volatile.Read(ref next) < end && Interlocked.Increment(ref next) - 1 is int index && index < end)
                {
                    run(ref body, index);
                }
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            for (int share = 0; share < Threads; share++)
            {
                Volatile.Write(ref _next[share * CounterDistance], FirstOf(share + 1));
            }
        }
    }

    private readonly struct DelegateBody(Action<int> body) : ILoopBody
    {
        public void Run(int index) => body(index);
    }
}
