using System.Runtime.InteropServices;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>The pooled buffers of one run, each with the number of live values that lie in it.</summary>
/// <remarks>
/// Tensors made by <see cref="Tensor.Reshape"/> and the like share a buffer; it is free when the last of them is. Holding a
/// sequence is holding each of its elements.
/// </remarks>
internal sealed class BufferLease(BufferPool pool) : IDisposable
{
    // A pinned array costs more to make than a small tensor costs the garbage collector.
    private const int SmallestPooled = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], int> _holders = [];
    private readonly List<byte[]> _unclaimed = [];

    /// <summary>The most bytes that may be in use at once.</summary>
    public long Limit => pool.Limit;

    /// <summary>A tensor in a pooled buffer that nobody holds yet.</summary>
    public Tensor? Allocate(DataType type, Shape shape)
    {
        if (type == DataType.String)
        {
            return null;
        }

        int length = checked((int)type.ByteLength(shape.ElementCount));
        if (length < SmallestPooled)
        {
            return null;
        }

        byte[] buffer = pool.Rent(RoundUp(length) + Tensor.Alignment);
        lock (_lock)
        {
            _holders.Add(buffer, 0);
            _unclaimed.Add(buffer);
        }

        int offset = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0) & (Tensor.Alignment - 1));
        return Tensor.FromBytes(type, shape, buffer.AsMemory(offset, length));
    }

    /// <summary>Counts one more live value in the tensor's buffer.</summary>
    public void Hold(Tensor tensor)
    {
        foreach (Tensor element in tensor.Elements ?? [])
        {
            Hold(element);
        }

        if (BufferOf(tensor) is { } buffer && _holders.TryGetValue(buffer, out int holders))
        {
            _holders[buffer] = holders + 1;
        }
    }

    /// <summary>Counts one live value fewer; the last one frees the buffer.</summary>
    public void Release(Tensor tensor)
    {
        foreach (Tensor element in tensor.Elements ?? [])
        {
            Release(element);
        }

        if (BufferOf(tensor) is { } buffer && _holders.TryGetValue(buffer, out int holders))
        {
            if (holders > 1)
            {
                _holders[buffer] = holders - 1;
            }
            else
            {
                _holders.Remove(buffer);
                pool.Return(buffer);
            }
        }
    }

    /// <summary>Counts one live value fewer without freeing the buffer yet: the caller's caller may still hold it.</summary>
    public void Relinquish(Tensor tensor)
    {
        foreach (Tensor element in tensor.Elements ?? [])
        {
            Relinquish(element);
        }

        if (BufferOf(tensor) is { } buffer && _holders.TryGetValue(buffer, out int holders))
        {
            _holders[buffer] = holders - 1;
            _unclaimed.Add(buffer);
        }
    }

    /// <summary>Frees what was allocated since the last call and is held by nobody: an operator's intermediate results.</summary>
    public void ReleaseUnclaimed()
    {
        foreach (byte[] buffer in _unclaimed)
        {
            if (_holders.TryGetValue(buffer, out int holders) && holders == 0)
            {
                _holders.Remove(buffer);
                pool.Return(buffer);
            }
        }

        _unclaimed.Clear();
    }

    /// <summary>Lets a tensor leave the run: its buffer will not be used again by us.</summary>
    public void GiveAway(Tensor tensor)
    {
        foreach (Tensor element in tensor.Elements ?? [])
        {
            GiveAway(element);
        }

        if (BufferOf(tensor) is { } buffer && _holders.Remove(buffer))
        {
            pool.Forget(buffer);
        }
    }

    /// <summary>Frees everything that has not left.</summary>
    public void Dispose()
    {
        foreach (byte[] buffer in _holders.Keys)
        {
            pool.Return(buffer);
        }

        _holders.Clear();
    }

    // Sizes that differ little share buffers: multiples of an eighth of the next lower power of two.
    private static int RoundUp(int length)
    {
        int step = 1 << Math.Max(0, 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)length) - 3);
        return checked((length + step - 1) / step * step);
    }

    private static byte[]? BufferOf(Tensor tensor) =>
        MemoryMarshal.TryGetArray(tensor.Bytes, out ArraySegment<byte> segment) ? segment.Array : null;
}
