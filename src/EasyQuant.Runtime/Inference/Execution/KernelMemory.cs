using System.Runtime.InteropServices;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Where plans and runs take the memory from that kernels have pointers to: 64-byte aligned, never moved.</summary>
/// <remarks>Tests of hostile models take it from pages behind which none can be read, so that a kernel that goes too far is noticed.</remarks>
internal unsafe class KernelMemory
{
    private const nuint Alignment = 64;

    /// <summary>What is used.</summary>
    public static KernelMemory Source { get; set; } = new();

    /// <summary>Memory of that length, which is a multiple of 64; its contents are unspecified.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public virtual nint Allocate(nuint length) => (nint)NativeMemory.AlignedAlloc(length, Alignment);

    /// <summary>Gives it back.</summary>
    public virtual void Free(nint memory) => NativeMemory.AlignedFree((void*)memory);

    /// <summary>The next multiple of 64, at least one.</summary>
    public static nuint RoundUp(long length) => ((nuint)Math.Max(length, 1) + Alignment - 1) / Alignment * Alignment;
}
