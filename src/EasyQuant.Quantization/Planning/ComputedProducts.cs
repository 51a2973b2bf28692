using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>Matrix products of two tensors that are both computed, as the two of attention: queries with keys, weights with values.</summary>
internal static class ComputedProducts
{
    /// <summary>Whether the node is one.</summary>
    public static bool Contains(Node node) => node.Is("MatMul") && node.Inputs is [{ } a, { } b] && MayBeQuantized(a) && MayBeQuantized(b);

    private static bool MayBeQuantized(Value value) => value.Constant is null && value.ElementType is DataType.Float32 or DataType.Undefined;
}
