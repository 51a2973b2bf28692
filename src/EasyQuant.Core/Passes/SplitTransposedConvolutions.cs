using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Turns a ConvTranspose whose windows do not overlap into a Conv of single positions and a DepthToSpace.</summary>
/// <remarks>
/// With stride and kernel both <c>b</c>, output pixel <c>(b·y + i, b·x + j)</c> of channel <c>o</c> is <c>Σ W[c,o,i,j]·x[c,y,x] + bias[o]</c>: channel
/// <c>(o·b + i)·b + j</c> of a convolution over one position each, which DepthToSpace puts into its place. A Relu or Clip behind it goes in
/// front of the move, where whoever quantizes the convolution finds it.
/// </remarks>
public sealed class SplitTransposedConvolutions : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(SplitTransposedConvolutions);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        foreach (Graph graph in scope.Graphs)
        {
            foreach (Node node in graph.Nodes.Where(n => n.Is("ConvTranspose")).ToArray())
            {
                if (!log.IsFull)
                {
                    TrySplit(graph, node, scope, log);
                }
            }
        }

        return log.Result;
    }

    private static bool TrySplit(Graph graph, Node node, GraphScope scope, RewriteLog log)
    {
        if (node.InputOrDefault(1) is not { Constant: { Type: DataType.Float32, Shape.Rank: 4 } weights } || !scope.IsConstant(node.Inputs[1]))
        {
            return log.Refuse(node, "its weight is not a constant f32 of four dimensions");
        }

        (int inputs, int outputs, int block) = (weights.Shape[0], weights.Shape[1], weights.Shape[2]);
        if (weights.Shape[3] != block || block < 2 || !All("strides", block, 1) || !All("pads", 0, 0) || !All("dilations", 1, 1) || !All("output_padding", 0, 0)
            || node.GetInts("output_shape") is not null || node.GetString("auto_pad", "NOTSET") is not ("NOTSET" or "VALID" or "") || node.GetInt("group", 1) != 1)
        {
            return log.Refuse(node, "its windows overlap, leave gaps, are padded or are not square, or it has groups");
        }

        if (node.InputOrDefault(2) is { } given && (!scope.IsConstant(given) || given.Constant is not { Type: DataType.Float32 } bias || bias.Count != outputs))
        {
            return log.Refuse(node, "its bias is not a constant f32 for each channel");
        }

        Split(graph, node, scope, weights, inputs, outputs, block);
        log.Rewrote($"{node.Label} into a convolution and a DepthToSpace");
        return true;

        bool All(string attribute, long expected, long absent) => node.GetInts(attribute)?.All(v => v == expected) ?? (absent == expected);
    }

    private static void Split(Graph graph, Node node, GraphScope scope, Tensor weights, int inputs, int outputs, int block)
    {
        int taps = block * block;
        ReadOnlySpan<float> source = weights.AsSpan<float>();
        float[] filters = new float[source.Length];
        for (int i = 0; i < filters.Length; i++)
        {
            filters[i % (outputs * taps) * inputs + i / (outputs * taps)] = source[i];
        }

        Value result = node.Outputs[0]!;
        graph.ReplaceConstant(node, 1, Tensor.From(filters, [outputs * taps, inputs, 1, 1]), scope, "weight");
        if (node.InputOrDefault(2)?.Constant is { } bias)
        {
            float[] biases = [.. Enumerable.Range(0, outputs * taps).Select(i => bias.AsSpan<float>()[i / taps])];
            graph.ReplaceConstant(node, 2, Tensor.From(biases, [biases.Length]), scope, "bias");
        }

        node.OpType = "Conv";
        node.Attributes.Clear();
        Node last = node;
        if (scope.OnlyReader(result) is { } limit && (limit.Is("Relu") || limit.Is("Clip")) && graph.Nodes.Contains(limit))
        {
            // The Relu reads the convolution as before, only that there are more channels of fewer pixels.
            result.Type = null;
            (last, result) = (limit, limit.Outputs[0]!);
        }

        Value channels = new(graph.UniqueName($"{result.Name}_channels"));
        last.SetOutput(0, channels);
        Node move = new("DepthToSpace", [channels], [result], $"{result.Name}_DepthToSpace");
        move.Attributes["blocksize"] = new IntAttribute(block);
        move.Attributes["mode"] = new StringAttribute("CRD");
        graph.InsertAfter(last, move);
    }
}
