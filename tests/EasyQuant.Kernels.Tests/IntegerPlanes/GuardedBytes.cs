using System.Runtime.InteropServices;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerPlanes;

/// <summary>Bytes that end where readable memory ends: a kernel that reads one too many is noticed.</summary>
internal sealed unsafe partial class GuardedBytes : IDisposable
{
    private readonly byte* _pages;
    private readonly nuint _length;

    public GuardedBytes(ReadOnlySpan<byte> bytes)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint readable = ((nuint)bytes.Length + page - 1) / page * page;
        _length = readable + page;
        _pages = (byte*)(OperatingSystem.IsLinux() ? Map(0, _length, 3, 0x22, -1, 0) : (nint)NativeMemory.Alloc(_length));
        Assert.NotEqual(-1, (nint)_pages);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(0, Protect((nint)(_pages + readable), page, 0));
        }

        Bytes = _pages + readable - (nuint)bytes.Length;
        bytes.CopyTo(new Span<byte>(Bytes, bytes.Length));
    }

    public byte* Bytes { get; }

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
