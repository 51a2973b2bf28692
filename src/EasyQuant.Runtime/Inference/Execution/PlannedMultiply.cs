using EasyQuant.Kernels.IntegerPlanes;
using EasyQuant.Kernels.KernelTables;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Products of two tensors.</summary>
internal sealed unsafe class PlannedMultiply(MultiplyStep step, TensorLayout left, TensorLayout right, TensorLayout output, Kernel<MultiplyRun> kernel, PlanMemory memory)
    : PlannedPair(left, right, output, memory)
{
    private readonly float _multiplier = step.Multiplier();

    public override StepMethod Method => new("multiply", kernel.Isa);

    protected override void Compute(byte* left, byte* right, byte* output, int count)
    {
        MultiplyRun run = new()
        {
            A = left,
            B = right,
            Output = output,
            Count = count,
            ZeroPointA = step.Left.ZeroPoint,
            ZeroPointB = step.Right.ZeroPoint,
            Multiplier = _multiplier,
            Grid = Grid,
        };
        kernel.Run(&run);
    }
}
