using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Microsoft.Win32.SafeHandles;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// Keeps tensors until they are released: in memory up to a budget, beyond it in a temporary file that disappears
/// with the store.
/// </summary>
/// <remarks>Safe to use from several threads.</remarks>
internal sealed class TensorStore : IDisposable
{
    private readonly long _budgetBytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Stack<long>> _freeExtents = [];
    private SafeFileHandle? _file;
    private long _fileLength;
    private long _inMemory;

    public TensorStore(long budgetBytes) => _budgetBytes = budgetBytes;

    /// <summary>Bytes that had to go to the file, at the most.</summary>
    public long SpilledBytes => _fileLength;

    /// <summary>Keeps a tensor; where it lies in a buffer of the lease, that buffer too.</summary>
    public StoredTensor Put(Tensor tensor, BufferLease lease)
    {
        long offset;
        lock (_lock)
        {
            // Text and sequences have no bytes that a file could hold.
            if (tensor.ByteLength == 0 || _inMemory + tensor.ByteLength <= _budgetBytes)
            {
                _inMemory += tensor.ByteLength;
                lease.Hold(tensor);
                return new StoredTensor(this, tensor, tensor, -1, lease);
            }

            _file ??= OpenTemporaryFile();
            if (!_freeExtents.TryGetValue(tensor.ByteLength, out Stack<long>? free) || !free.TryPop(out offset))
            {
                offset = _fileLength;
                _fileLength += tensor.ByteLength;
            }
        }

        RandomAccess.Write(_file, tensor.Bytes.Span, offset);
        return new StoredTensor(this, tensor, null, offset, lease);
    }

    public void Dispose() => _file?.Dispose();

    private static SafeFileHandle OpenTemporaryFile()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".easyquant");
        SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            // Without a name it is gone even if the process is killed; Windows sees to that itself.
            File.Delete(path);
        }

        return file;
    }

    /// <summary>One kept tensor. It is let go on the thread that its lease belongs to.</summary>
    internal sealed class StoredTensor
    {
        private readonly BufferLease _lease;
        private readonly TensorStore _store;
        private readonly Tensor? _tensor;
        private readonly DataType _type;
        private readonly long _offset;
        private int _holders = 1;

        public StoredTensor(TensorStore store, Tensor like, Tensor? tensor, long offset, BufferLease lease)
        {
            _lease = lease;
            _store = store;
            _tensor = tensor;
            _offset = offset;
            _type = like.Type;
            Shape = like.Shape;
        }

        /// <summary>The tensor's extents.</summary>
        public Shape Shape { get; }

        /// <summary>The tensor, read back where it had spilled.</summary>
        public Tensor Read()
        {
            if (_tensor is not null)
            {
                return _tensor;
            }

            Tensor tensor = Tensor.Allocate(_type, Shape);
            Span<byte> bytes = tensor.AsMutableSpan<byte>();
            for (int done = 0; done < bytes.Length;)
            {
                int read = RandomAccess.Read(_store._file!, bytes[done..], _offset + done);
                done += read > 0 ? read : throw new EndOfStreamException("The temporary file of intermediate tensors was cut short.");
            }

            return tensor;
        }

        /// <summary>The elements of a float tensor as memory.</summary>
        public ReadOnlyMemory<float> ReadFloats() => new FloatView(Read()).Memory;

        /// <summary>Keeps what has been written to the tensor that <see cref="Read"/> gave; it has no other holder.</summary>
        public void Update(Tensor tensor)
        {
            if (_tensor is null)
            {
                RandomAccess.Write(_store._file!, tensor.Bytes.Span, _offset);
            }
        }

        /// <summary>One more place keeps it.</summary>
        public StoredTensor Share()
        {
            Interlocked.Increment(ref _holders);
            return this;
        }

        /// <summary>One place less keeps it; with the last its room is free again.</summary>
        public void Release()
        {
            if (Interlocked.Decrement(ref _holders) > 0)
            {
                return;
            }

            if (_tensor is not null)
            {
                _lease.Release(_tensor);
            }

            lock (_store._lock)
            {
                int length = (int)_type.ByteLength(Shape.ElementCount);
                if (_tensor is not null)
                {
                    _store._inMemory -= length;
                }
                else
                {
                    if (!_store._freeExtents.TryGetValue(length, out Stack<long>? free))
                    {
                        _store._freeExtents[length] = free = new Stack<long>();
                    }

                    free.Push(_offset);
                }
            }
        }
    }
}
