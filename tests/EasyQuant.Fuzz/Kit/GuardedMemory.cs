using System.Collections.Concurrent;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Testing;

namespace EasyQuant.Fuzz.Kit;

/// <summary>Memory for kernels that ends where readable memory ends: the process does not survive a byte read or written too far.</summary>
internal sealed unsafe class GuardedMemory : KernelMemory
{
    private readonly ConcurrentDictionary<nint, GuardedBytes> _blocks = [];

    /// <summary>Lets this process use it from now on; on Linux, where there are guards.</summary>
    public static void Install()
    {
        if (OperatingSystem.IsLinux() && Source is not GuardedMemory)
        {
            Source = new GuardedMemory();
        }
    }

    public override nint Allocate(nuint length)
    {
        GuardedBytes block = new(length);
        _blocks[(nint)block.Bytes] = block;
        return (nint)block.Bytes;
    }

    public override void Free(nint memory)
    {
        if (_blocks.TryRemove(memory, out GuardedBytes? block))
        {
            block.Dispose();
        }
    }
}
