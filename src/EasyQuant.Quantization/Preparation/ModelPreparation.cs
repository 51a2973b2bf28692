using EasyQuant.Graphs;
using EasyQuant.Passes;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Preparation;

/// <summary>Makes of any readable model the form that quantization works on.</summary>
public static class ModelPreparation
{
    /// <summary>
    /// A copy with standard operator set 13 or later, constants computed, identities removed, BatchNormalization folded, normalizations over the last
    /// axis in one node each, and transposed convolutions without overlap as ordinary ones.
    /// </summary>
    /// <exception cref="InvalidModelException">A node lacks an input, or cannot be computed though it depends on constants alone.</exception>
    public static Model Prepare(Model model)
    {
        OperandCheck.Require(model.Graph);
        Model prepared = model.Clone();
        if (prepared.Opset < OpsetUpgrade.Target)
        {
            // What Softmax meant up to operator set 12 depends on how many axes its input has.
            new PassPipeline(new InferShapes(), new FoldConstants((node, inputs) => Evaluate(node, inputs, prepared.Opset))).Run(prepared);
        }

        OpsetUpgrade.Apply(prepared, OpsetUpgrade.Target);
        PassPipeline simplify = PassPipeline.Simplify((node, inputs) => Evaluate(node, inputs, prepared.Opset));
        simplify.Run(prepared);
        if (new FuseLayerNormalization().Apply(prepared).Count > 0)
        {
            OpsetUpgrade.Apply(prepared, FuseLayerNormalization.Opset);
        }

        // Only once nothing is left to fold into them.
        if (new SplitTransposedConvolutions().Apply(prepared).Count > 0)
        {
            simplify.Run(prepared);
        }

        return prepared;
    }

    private static Tensor?[]? Evaluate(Node node, IReadOnlyList<Tensor?> inputs, int opset) =>
        node.Domain.Length == 0 && OperatorTable.Knows(node.OpType)
            ? PlanStep.Once(node, opset, [.. inputs])
            : null;
}
