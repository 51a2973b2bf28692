using System.Runtime.InteropServices;

namespace EasyQuant.Testing;

/// <summary>Memory that ends where readable memory ends: the process does not survive a byte read or written too far.</summary>
/// <remarks>On Linux; elsewhere memory is as it always is.</remarks>
public sealed unsafe partial class GuardedBytes : IDisposable
{
    private const int ReadableAndWritable = 3;
    private const int PrivateAndAnonymous = 0x22;

    private readonly byte* _pages;
    private readonly nuint _length;

    /// <summary>Memory of that length; its contents are unspecified.</summary>
    /// <exception cref="InsufficientMemoryException">There is not so much.</exception>
    public GuardedBytes(nuint length)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint readable = (length + page - 1) / page * page;
        _length = readable + (2 * page);
        if (OperatingSystem.IsLinux())
        {
            _pages = (byte*)Map(0, _length, ReadableAndWritable, PrivateAndAnonymous, -1, 0);
            if ((nint)_pages == -1 || Protect((nint)_pages, page, 0) != 0 || Protect((nint)(_pages + page + readable), page, 0) != 0)
            {
                throw new InsufficientMemoryException($"No {length} bytes with guards around them.");
            }
        }
        else
        {
            _pages = (byte*)NativeMemory.Alloc(_length);
        }

        Bytes = _pages + page + readable - length;
    }

    /// <summary>A copy of these bytes.</summary>
    /// <inheritdoc cref="GuardedBytes(nuint)"/>
    public GuardedBytes(ReadOnlySpan<byte> bytes)
        : this((nuint)bytes.Length)
    {
        bytes.CopyTo(new Span<byte>(Bytes, bytes.Length));
    }

    /// <summary>The first of them; a page behind the last, and one before the page of the first, must not be touched.</summary>
    public byte* Bytes { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Unmap((nint)_pages, _length);
        }
        else
        {
            NativeMemory.Free(_pages);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
