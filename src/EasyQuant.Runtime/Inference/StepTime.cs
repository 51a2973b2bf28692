using System.Diagnostics;
using EasyQuant.Runtime.Inference.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference;

/// <summary>How long one computation of a network takes.</summary>
/// <param name="Step">The computation.</param>
/// <param name="Kernel">What computes it, in a word or two; empty where there is nothing to choose.</param>
/// <param name="Milliseconds">The median over the runs.</param>
public sealed record StepTime(NetworkStep Step, string Kernel, double Milliseconds)
{
    internal static StepTime[] Measure(RunState state, Tensor?[] inputs, int runs, CancellationToken cancellationToken)
    {
        NetworkPlan plan = state.Plan;
        int steps = plan.Network.Steps.Count;
        long[][] ticks = [.. Enumerable.Range(0, steps).Select(_ => new long[runs])];
        long[] once = new long[steps];
        for (int run = -(runs + 1) / 2; run < runs; run++)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                state.Floats[plan.InputSlots[i]] = inputs[i];
            }

            Array.Clear(once);
            plan.Measure(state, once, cancellationToken);
            for (int step = 0; run >= 0 && step < steps; step++)
            {
                ticks[step][run] = once[step];
            }
        }

        string[] kernels = plan.Kernels();
        return [.. plan.Network.Steps.Select((step, i) => new StepTime(step, kernels[i], Median(ticks[i]) * 1000 / Stopwatch.Frequency))];
    }

    private static double Median(long[] ticks)
    {
        Array.Sort(ticks);
        return (ticks[(ticks.Length - 1) / 2] + ticks[ticks.Length / 2]) / 2.0;
    }
}
