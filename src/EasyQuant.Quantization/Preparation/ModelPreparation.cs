using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Passes;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Preparation;

/// <summary>Makes of any readable model the form that quantization works on.</summary>
public static class ModelPreparation
{
    /// <summary>A copy with standard operator set 13 or later, constants computed, identities removed, BatchNormalization folded.</summary>
    public static Model Prepare(Model model)
    {
        Model prepared = model.Clone();
        OpsetUpgrade.Apply(prepared);
        PassPipeline.Simplify((node, inputs) => Evaluate(node, inputs, prepared.Opset)).Run(prepared);
        return prepared;
    }

    private static Tensor?[]? Evaluate(Node node, IReadOnlyList<Tensor?> inputs, int opset) =>
        node.Domain.Length == 0 && OperatorTable.Knows(node.OpType)
            ? OperatorTable.Create(node, opset).Run([.. inputs], new OperatorContext(WorkerPool.Inline))
            : null;
}
