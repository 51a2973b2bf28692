using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Execution;

/// <summary>The steps that compute certain outputs of a graph, in order, over numbered slots. Immutable.</summary>
internal sealed class GraphPlan
{
    private readonly PlanStep[] _steps;
    private readonly (int Slot, Tensor Tensor)[] _known;
    private readonly int[] _inputs;
    private readonly int[] _outputs;
    private readonly int _slots;

    internal GraphPlan(PlanStep[] steps, (int Slot, Tensor Tensor)[] known, int[] inputs, int[] outputs, int slots)
    {
        _steps = steps;
        _known = known;
        _inputs = inputs;
        _outputs = outputs;
        _slots = slots;
    }

    /// <summary>The steps.</summary>
    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>Computes the outputs.</summary>
    /// <param name="inputs">One entry for each input of the plan; <see langword="null"/> takes the input's default.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <param name="buffers">Where the values live; the outputs are relinquished to the caller.</param>
    /// <param name="observer">Sees every computed value.</param>
    public Tensor[] Run(ReadOnlySpan<Tensor?> inputs, OperatorContext context, BufferLease buffers, Action<Value, Tensor>? observer)
    {
        Tensor?[] slots = new Tensor?[_slots];
        foreach ((int slot, Tensor tensor) in _known)
        {
            slots[slot] = tensor;
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            if (_inputs[i] >= 0 && inputs[i] is { } fed)
            {
                slots[_inputs[i]] = fed;
                buffers.Hold(fed);
            }
        }

        foreach (PlanStep step in _steps)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Execute(step, slots, context, buffers, observer);
        }

        Tensor[] outputs = new Tensor[_outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = slots[_outputs[i]]!;
            if (Array.IndexOf(_outputs, _outputs[i]) == i)
            {
                buffers.Relinquish(outputs[i]);
            }
        }

        return outputs;
    }

    private static void Execute(PlanStep step, Tensor?[] slots, OperatorContext context, BufferLease buffers, Action<Value, Tensor>? observer)
    {
        Tensor?[] arguments = new Tensor?[step.Inputs.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = step.Inputs[i] < 0 ? null : slots[step.Inputs[i]];
        }

        Tensor?[] results = step.Compute(arguments, context);
        for (int i = 0; i < step.Outputs.Length; i++)
        {
            if (step.Outputs[i] >= 0)
            {
                Tensor result = (i < results.Length ? results[i] : null) ?? throw new InvalidModelException(
                    $"{step.Node.Label}: output {i} is read, but this form of the operator does not compute it.");
                slots[step.Outputs[i]] = result;
                buffers.Hold(result);
                observer?.Invoke(step.Node.Outputs[i]!, result);
            }
        }

        buffers.ReleaseUnclaimed();
        foreach (int slot in step.LastReads)
        {
            buffers.Release(slots[slot]!);
            slots[slot] = null;
        }
    }
}
