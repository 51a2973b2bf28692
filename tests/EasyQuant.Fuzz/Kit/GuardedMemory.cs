using System.Runtime.InteropServices;
using EasyQuant.Runtime.Inference.Execution;

namespace EasyQuant.Fuzz.Kit;

/// <summary>Memory for kernels that ends where readable memory ends: the process does not survive a byte read or written too far.</summary>
/// <remarks>On Linux; elsewhere memory is as it always is.</remarks>
internal sealed unsafe partial class GuardedMemory : KernelMemory
{
    private readonly Dictionary<nint, (nint Pages, nuint Length)> _blocks = [];
    private readonly Lock _lock = new();

    /// <summary>Lets this process use it from now on.</summary>
    public static void Install()
    {
        if (OperatingSystem.IsLinux() && Source is not GuardedMemory)
        {
            Source = new GuardedMemory();
        }
    }

    public override nint Allocate(nuint length)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint readable = (length + page - 1) / page * page;
        nint pages = Map(0, readable + (2 * page), 3, 0x22, -1, 0);
        if (pages == -1 || Protect(pages, page, 0) != 0 || Protect(pages + (nint)(page + readable), page, 0) != 0)
        {
            throw new InsufficientMemoryException($"No {length} bytes with guards around them.");
        }

        nint start = pages + (nint)(page + readable - length);
        lock (_lock)
        {
            _blocks.Add(start, (pages, readable + (2 * page)));
        }

        return start;
    }

    public override void Free(nint memory)
    {
        if (memory == 0)
        {
            return;
        }

        lock (_lock)
        {
            _blocks.Remove(memory, out (nint Pages, nuint Length) block);
            _ = Unmap(block.Pages, block.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
