using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The memory of one run: the arena of integer tensors, and the float tensors by value. Used by one run at a time, and then again.</summary>
internal sealed unsafe class RunState : IDisposable
{
    private readonly (int Slot, Tensor Tensor)[] _owned;

    public RunState(NetworkPlan plan, WorkerPool workers, PlanCache.Entry owner)
    {
        Plan = plan;
        Owner = owner;
        Workers = workers;
        Floats = new Tensor?[plan.Slots.Count];
        _owned = [.. plan.Slots.Owned.Select(o => (o.Slot, Tensor.Allocate(DataType.Float32, o.Shape)))];
        RestoreOwned();
        Arena = (byte*)KernelMemory.Source.Allocate(KernelMemory.RoundUp(plan.ArenaBytes));
        try
        {
            Scratch = (byte*)KernelMemory.Source.Allocate(KernelMemory.RoundUp(plan.ScratchBytes(workers.Threads)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is run.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Where the plan is kept.</summary>
    public PlanCache.Entry Owner { get; }

    /// <summary>The integer tensors.</summary>
    public byte* Arena { get; private set; }

    /// <summary>What a step needs only while it is computed.</summary>
    public byte* Scratch { get; private set; }

    /// <summary>The threads.</summary>
    public WorkerPool Workers { get; }

    /// <summary>The float tensors by their slot: inputs, those that steps of ours write, and what operators have computed so far.</summary>
    public Tensor?[] Floats { get; }

    /// <summary>Where float operators put their results.</summary>
    public BufferLease Buffers { get; } = new(new BufferPool());

    /// <summary>Lets go of everything that only one run needs.</summary>
    public void Forget()
    {
        Buffers.Dispose();
        Array.Clear(Floats);
        RestoreOwned();
    }

    public void Dispose()
    {
        KernelMemory.Source.Free((nint)Arena);
        Arena = null;
        KernelMemory.Source.Free((nint)Scratch);
        Scratch = null;
        Buffers.Dispose();
    }

    private void RestoreOwned()
    {
        foreach ((int slot, Tensor tensor) in _owned)
        {
            Floats[slot] = tensor;
        }
    }
}
