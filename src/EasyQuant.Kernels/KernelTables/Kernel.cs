using System.Runtime.CompilerServices;

namespace EasyQuant.Kernels.KernelTables;

/// <summary>A function over a block of arguments, and where it can be run.</summary>
/// <typeparam name="TWork">What it computes at a time: pointers, distances and counts.</typeparam>
internal sealed unsafe class Kernel<TWork> : IKernel
    where TWork : unmanaged
{
    private readonly delegate*<TWork*, void> _run;

    public Kernel(string isa, bool isSupported, delegate*<TWork*, void> run)
        : this(isa, isSupported ? null : $"the processor, or the runtime as it is set up, does not offer {isa}", run)
    {
    }

    public Kernel(string isa, string? refusal, delegate*<TWork*, void> run)
    {
        Isa = isa;
        Refusal = refusal;
        _run = run;
    }

    public string Isa { get; }

    public string? Refusal { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(TWork* work) => _run(work);
}
