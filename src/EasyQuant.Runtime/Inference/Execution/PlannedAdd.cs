using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Sums of two tensors.</summary>
internal sealed unsafe class PlannedAdd(AddStep step, TensorLayout left, TensorLayout right, TensorLayout output, Kernel<AddRun> kernel, PlanMemory memory)
    : PlannedPair(left, right, output, memory)
{
    private readonly float _leftMultiplier = step.LeftMultiplier();
    private readonly float _rightMultiplier = step.RightMultiplier();

    public override StepMethod Method => new("add", kernel.Isa);

    protected override void Compute(byte* left, byte* right, byte* output, int count)
    {
        AddRun run = new()
        {
            A = left,
            B = right,
            Output = output,
            Count = count,
            ZeroPointA = step.Left.ZeroPoint,
            ZeroPointB = step.Right.ZeroPoint,
            MultiplierA = _leftMultiplier,
            MultiplierB = _rightMultiplier,
            Grid = Grid,
        };
        kernel.Run(&run);
    }
}
