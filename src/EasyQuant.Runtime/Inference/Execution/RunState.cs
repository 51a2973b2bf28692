using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The memory of one run: the arena of integer tensors, and the float tensors by value. Used by one run at a time.</summary>
internal sealed unsafe class RunState : IDisposable
{
    private const int Alignment = 64;

    public RunState(long arenaBytes, WorkerPool workers)
    {
        Arena = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(arenaBytes, 1), Alignment);
        Workers = workers;
    }

    /// <summary>The integer tensors.</summary>
    public byte* Arena { get; private set; }

    /// <summary>The threads.</summary>
    public WorkerPool Workers { get; }

    /// <summary>The float tensors that are known so far.</summary>
    public Dictionary<Value, Tensor> Floats { get; } = [];

    public void Dispose()
    {
        NativeMemory.AlignedFree(Arena);
        Arena = null;
    }
}
