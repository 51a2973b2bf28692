namespace EasyQuant.Graphs;

/// <summary>Makes sure that nodes of the standard domain have the inputs and the output without which nothing can be said about them.</summary>
/// <remarks>
/// For passes that look at nodes without computing them. Whoever makes an operator of a node finds out by itself; operators that
/// are not listed here are not looked into by anybody else.
/// </remarks>
public static class OperandCheck
{
    private static readonly HashSet<string> s_withoutInput = new(StringComparer.Ordinal) { "Constant", "RandomNormal", "RandomUniform", "Loop", "Optional", "SequenceEmpty" };

    private static readonly HashSet<string> s_ofTwo = new(StringComparer.Ordinal)
    {
        "QuantizeLinear", "DequantizeLinear", "Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Pow", "PRelu", "Gather", "Expand", "Tile",
    };

    /// <summary>Returns quietly where every node of the graph and of those nested in it has what it needs.</summary>
    /// <exception cref="InvalidModelException">An input or an output is missing; the message names the node.</exception>
    public static void Require(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            foreach (Graph nested in node.Subgraphs)
            {
                Require(nested);
            }

            if (node.Domain.Length == 0)
            {
                Require(node);
            }
        }
    }

    private static void Require(Node node)
    {
        int needed = s_withoutInput.Contains(node.OpType) ? 0 : node.Is("BatchNormalization") ? 5 : s_ofTwo.Contains(node.OpType) ? 2 : 1;
        for (int i = 0; i < needed; i++)
        {
            if (node.InputOrDefault(i) is null)
            {
                throw new InvalidModelException($"{node.Label}: input {i} is missing; {node.OpType} takes at least {needed}.");
            }
        }

        // Of several outputs each may be left out.
        if (node.Outputs.Count == 0 || (node.Outputs.Count == 1 && node.Outputs[0] is null))
        {
            throw new InvalidModelException($"{node.Label}: it computes nothing, expected an output.");
        }

        if (s_ofTwo.Contains(node.OpType) && node.Outputs[0] is null)
        {
            throw new InvalidModelException($"{node.Label}: its first output is left out, which is the only one of {node.OpType}.");
        }
    }
}
