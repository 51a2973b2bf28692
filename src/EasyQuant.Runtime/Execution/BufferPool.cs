namespace EasyQuant.Runtime.Execution;

/// <summary>Buffers that no run is using at the moment. Shared by the runs of one executor.</summary>
/// <param name="limit">The most bytes that may be in use at once.</param>
internal sealed class BufferPool(long limit = long.MaxValue)
{
    private readonly Lock _lock = new();
    private readonly SortedList<(int Length, int Id), byte[]> _free = [];
    private long _freeBytes;
    private long _usedBytes;
    private long _mostUsedBytes;
    private int _nextId;

    /// <summary>The most bytes that may be in use at once.</summary>
    public long Limit => limit;

    /// <summary>A pinned array of at least <paramref name="length"/> bytes: the smallest free one that is not twice too large.</summary>
    public byte[] Rent(int length)
    {
        lock (_lock)
        {
            if (length > limit - _usedBytes)
            {
                throw new MemoryLimitException($"It needs {length} bytes where the values of the run take {_usedBytes} already; the limit is {limit} (ExecutorOptions.MemoryLimit).");
            }

            byte[]? buffer = null;
            int index = FirstAtLeast(length);
            if (index < _free.Count && _free.Keys[index].Length <= 2L * length)
            {
                buffer = _free.Values[index];
                _free.RemoveAt(index);
                _freeBytes -= buffer.Length;
            }

            buffer ??= GC.AllocateUninitializedArray<byte>(length, pinned: true);
            _usedBytes += buffer.Length;
            _mostUsedBytes = Math.Max(_mostUsedBytes, _usedBytes);
            return buffer;
        }
    }

    /// <summary>Takes a buffer back. What exceeds twice the most that was ever in use at once goes to the garbage collector.</summary>
    /// <remarks>A run's tensors differ in size, so that more has to be kept than is in use at any one time.</remarks>
    public void Return(byte[] buffer)
    {
        lock (_lock)
        {
            _usedBytes -= buffer.Length;
            if (_freeBytes + _usedBytes + buffer.Length <= 2 * _mostUsedBytes)
            {
                _free.Add((buffer.Length, _nextId++), buffer);
                _freeBytes += buffer.Length;
            }
        }
    }

    /// <summary>Notes that a buffer will not come back: it left with an output.</summary>
    public void Forget(byte[] buffer)
    {
        lock (_lock)
        {
            _usedBytes -= buffer.Length;
        }
    }

    private int FirstAtLeast(int length)
    {
        int low = 0;
        int high = _free.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_free.Keys[middle].Length < length)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
