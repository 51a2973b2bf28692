using EasyQuant.Kernels.Threading;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>A step whose work falls into units, mostly rows of images, which the threads share.</summary>
internal abstract class SharedStep : PlannedStep
{
    public sealed override void Run(RunState state)
    {
        Check(state);
        state.Workers.For(CountUnits(state.Workers.Threads), new Body(this, state));
    }

    /// <summary>Makes sure of what is known only in a run.</summary>
    /// <exception cref="Graphs.InvalidModelException">It is not as the model says.</exception>
    protected virtual void Check(RunState state)
    {
    }

    /// <summary>How many units there are where so many threads share them.</summary>
    protected abstract int CountUnits(int threads);

    /// <summary>Computes a unit.</summary>
    protected abstract void RunUnit(RunState state, int unit);

    private readonly struct Body(SharedStep step, RunState state) : ILoopBody
    {
        public void Run(int index) => step.RunUnit(state, index);
    }
}
