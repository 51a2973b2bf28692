namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>A step made ready: weights packed, places known. Immutable, so that runs may share it.</summary>
internal abstract class PlannedStep
{
    /// <summary>How it is computed.</summary>
    public abstract StepMethod Method { get; }

    /// <summary>Computes it.</summary>
    public abstract void Run(RunState state);

    /// <summary>Bytes that it needs while so many threads compute it.</summary>
    public virtual long ScratchBytes(int threads) => 0;
}

/// <summary>What earlier steps have computed where it belongs.</summary>
internal sealed class PlannedInPlace : PlannedStep
{
    public override StepMethod Method => new("in place");

    public override void Run(RunState state)
    {
    }
}
