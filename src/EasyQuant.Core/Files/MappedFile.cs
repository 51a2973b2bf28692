using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace EasyQuant.Files;

/// <summary>A file seen as memory, copy-on-write: pages are read when first touched, and nothing is ever written back.</summary>
/// <remarks>Each slice keeps the file mapped. Shortening the file meanwhile is undefined, as with every memory map.</remarks>
internal sealed unsafe class MappedFile
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    public MappedFile(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Length = file.Length;
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
        _view = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.CopyOnWrite);

        // Never released: the view's own finalizer unmaps, once no slice refers to this object any more.
        _start = (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset;
    }

    /// <summary>The size of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>A part of the file.</summary>
    public Memory<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        return new SliceOwner(this, offset, length).Memory;
    }

    private sealed class SliceOwner(MappedFile file, long offset, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(file._start + offset, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(file._start + offset + elementIndex, pinnable: this);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
