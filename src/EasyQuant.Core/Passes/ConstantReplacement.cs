using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Gives a node another constant to read.</summary>
internal static class ConstantReplacement
{
    /// <summary>
    /// Makes <paramref name="node"/> read <paramref name="tensor"/> at <paramref name="index"/>. The former constant leaves the
    /// graph where nobody else needs it, and the new one takes its name over.
    /// </summary>
    public static void ReplaceConstant(this Graph graph, Node node, int index, Tensor tensor, GraphScope scope, string stem)
    {
        Value? former = node.InputOrDefault(index);
        node.SetInput(index, null);
        if (former is { Uses.Count: 0 } && !scope.IsOutput(former) && graph.Initializers.Remove(former))
        {
            // Only models before intermediate representation 4 get here with a constant that is also an input.
            graph.Inputs.Remove(former);
        }

        node.SetInput(index, graph.AddConstant(graph.UniqueName(former?.Name ?? stem), tensor));
    }
}
