using EasyQuant.Kernels.Threading;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>What an operator may use while it runs. One context serves one run at a time.</summary>
public sealed class OperatorContext
{
    // Fewer elementary operations than this are done before a second thread has woken up.
    private const long WorthAThread = 16 * 1024;

    /// <summary>A context over these threads whose tensors are the garbage collector's.</summary>
    public OperatorContext(WorkerPool workers, CancellationToken cancellation = default)
        : this(workers, null, cancellation)
    {
    }

    internal OperatorContext(WorkerPool workers, BufferLease? buffers, CancellationToken cancellation)
    {
        Workers = workers;
        Buffers = buffers;
        Cancellation = cancellation;
    }

    /// <summary>The threads.</summary>
    public WorkerPool Workers { get; }

    /// <summary>A context for computing beforehand what is worth keeping.</summary>
    internal static OperatorContext ForConstants(long largestTensor) => new(WorkerPool.Inline) { LargestTensor = largestTensor };

    /// <summary>The most bytes that a tensor may have.</summary>
    internal long LargestTensor { get; private init; } = int.MaxValue;

    /// <summary>The most bytes that a value put together from parts may take: those of a tensor, or fewer where the run may take fewer.</summary>
    internal long MemoryLimit => Math.Min(int.MaxValue, Buffers?.Limit ?? long.MaxValue);

    /// <summary>The buffers of the run, where it has pooled ones.</summary>
    internal BufferLease? Buffers { get; }

    /// <summary>Asks long computations to end early.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>A tensor for an output or an intermediate result, contents unspecified.</summary>
    /// <remarks>Its buffer belongs to the run: it is used again once the operator has returned without handing it on.</remarks>
    public Tensor Allocate(DataType type, Shape shape)
    {
        if (type.ByteLength(shape.ElementCount) is var bytes && bytes > LargestTensor)
        {
            throw new MemoryLimitException($"A tensor {type.ShortName()}[{shape}] takes {bytes} bytes; at most {LargestTensor} may be allocated here.");
        }

        return Buffers?.Allocate(type, shape) ?? Tensor.Allocate(type, shape);
    }

    /// <summary>Runs <paramref name="body"/> over [0, <paramref name="count"/>), cut into one range a thread where that pays.</summary>
    /// <param name="count">How many indices there are.</param>
    /// <param name="workPerIndex">Roughly how many elements are touched for one index.</param>
    /// <param name="body">Gets the first index and the one after the last.</param>
    public void ForRanges(int count, long workPerIndex, Action<int, int> body)
    {
        int parts = (int)Math.Min(Math.Min(Workers.Threads, count), Math.Max(1, count * workPerIndex / WorthAThread));
        if (parts <= 1)
        {
            if (count > 0)
            {
                body(0, count);
            }

            return;
        }

        Workers.For(parts, part => body((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts)));
    }

    /// <summary>Runs <paramref name="body"/> for every index in [0, <paramref name="count"/>), on all threads where that pays.</summary>
    /// <param name="count">How many indices there are: several times the threads, so that a thread that is held up gets fewer.</param>
    /// <param name="workPerIndex">Roughly how many elements are touched for one index.</param>
    /// <param name="body">Gets the index.</param>
    public void ForEach(int count, long workPerIndex, Action<int> body)
    {
        if (count * workPerIndex >= WorthAThread)
        {
            Workers.For(count, body);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            body(i);
        }
    }
}
