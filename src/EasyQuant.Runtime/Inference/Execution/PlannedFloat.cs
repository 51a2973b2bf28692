using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>A node in float. The tensors of its results lie in buffers of the run, which are used again behind their last reader.</summary>
internal sealed class PlannedFloat : PlannedStep
{
    private readonly PlanStep _step;
    private readonly Tensor?[] _constants;

    public PlannedFloat(FloatStep step, FloatSlots slots)
    {
        _constants = [.. step.Node.Inputs.Select(i => i?.Constant)];
        _step = new PlanStep(
            step.Node, step.Operator,
            [.. step.Node.Inputs.Select(i => i is null || i.Constant is not null ? -1 : slots.Of(i))],
            [.. step.Node.Outputs.Select(o => o is null ? -1 : slots.Of(o))],
            []);
    }

    /// <summary>The slots of what it computes.</summary>
    public IEnumerable<int> Outputs => _step.Outputs.Where(o => o >= 0);

    public override StepMethod Method => new("float");

    public override void Run(RunState state)
    {
        Tensor?[] inputs = new Tensor?[_constants.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = _step.Inputs[i] < 0 ? _constants[i] : state.Floats[_step.Inputs[i]];
        }

        Tensor?[] outputs = _step.Compute(inputs, new OperatorContext(state.Workers, state.Buffers, default));
        for (int i = 0; i < _step.Outputs.Length; i++)
        {
            if (_step.Outputs[i] >= 0)
            {
                state.Floats[_step.Outputs[i]] = outputs[i];
                if (outputs[i] is { } held)
                {
                    state.Buffers.Hold(held);
                }
            }
        }

        state.Buffers.ReleaseUnclaimed();
    }
}
