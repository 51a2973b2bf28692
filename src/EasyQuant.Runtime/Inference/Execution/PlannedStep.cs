namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>A step made ready: weights packed, places known. Immutable, so that runs may share it.</summary>
internal abstract class PlannedStep
{
    /// <summary>Computes it.</summary>
    public abstract void Run(RunState state);

    /// <summary>What computes it, in a word or two; empty where there is nothing to choose.</summary>
    public virtual string Kernel => "";

    /// <summary>Bytes that it needs while so many threads compute it.</summary>
    public virtual long ScratchBytes(int threads) => 0;
}

/// <summary>What earlier steps have computed where it belongs.</summary>
internal sealed class PlannedInPlace : PlannedStep
{
    public override void Run(RunState state)
    {
    }
}
