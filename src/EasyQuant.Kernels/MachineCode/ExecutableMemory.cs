using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EasyQuant.Kernels.MachineCode;

/// <summary>Pages that hold machine code: written first, then made executable; never both at once. They stay for the life of the process.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int ProtectRead = 1;
    private const int ProtectWrite = 2;
    private const int ProtectExecute = 4;
    private const int MapPrivate = 2;
    private const uint CommitAndReserve = 0x3000;
    private const uint Release = 0x8000;
    private const uint PageReadWrite = 0x04;
    private const uint PageExecuteRead = 0x20;

    /// <summary>Copies code to pages of its own and makes them executable.</summary>
    /// <exception cref="Win32Exception">The system refuses executable memory.</exception>
    public static nint Publish(ReadOnlySpan<byte> code)
    {
        nuint length = (nuint)((code.Length + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize);
        return OperatingSystem.IsWindows() ? PublishOnWindows(code, length) : PublishOnUnix(code, length);
    }

    private static nint PublishOnUnix(ReadOnlySpan<byte> code, nuint length)
    {
        int mapAnonymous = OperatingSystem.IsLinux() ? 0x20 : 0x1000;
        nint memory = Map(0, length, ProtectRead | ProtectWrite, MapPrivate | mapAnonymous, -1, 0);
        if (memory == -1)
        {
            throw new Win32Exception();
        }

        code.CopyTo(new Span<byte>((void*)memory, code.Length));
        if (Protect(memory, length, ProtectRead | ProtectExecute) != 0)
        {
            Win32Exception refusal = new();
            _ = Unmap(memory, length);
            throw refusal;
        }

        return memory;
    }

    private static nint PublishOnWindows(ReadOnlySpan<byte> code, nuint length)
    {
        nint memory = VirtualAlloc(0, length, CommitAndReserve, PageReadWrite);
        if (memory == 0)
        {
            throw new Win32Exception();
        }

        code.CopyTo(new Span<byte>((void*)memory, code.Length));
        if (!VirtualProtect(memory, length, PageExecuteRead, out _))
        {
            Win32Exception refusal = new();
            _ = VirtualFree(memory, 0, Release);
            throw refusal;
        }

        return memory;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualProtect(nint address, nuint size, uint protection, out uint before);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint address, nuint size, uint type);
}
