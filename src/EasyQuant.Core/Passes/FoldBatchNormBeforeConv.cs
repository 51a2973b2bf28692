using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>Folds a BatchNormalization into the convolution behind it, where that one does not pad.</summary>
/// <remarks>
/// With the normalization <c>a[i]·x[i] + c[i]</c> in each input channel,
/// <c>Σ W[o,i,k]·(a[i]·x[i,k] + c[i]) + b[o] = Σ (W[o,i,k]·a[i])·x[i,k] + (b[o] + Σ W[o,i,k]·c[i])</c>. This holds only where
/// every tap falls on the input: a padded zero is a zero behind the normalization, whereas folding would make it
/// <c>−c/a</c> in front of it. In group <c>g</c> the weight's channel <c>j</c> is the input's <c>g·(C/groups) + j</c>.
/// </remarks>
public sealed class FoldBatchNormBeforeConv : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FoldBatchNormBeforeConv);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        foreach (Graph graph in scope.Graphs)
        {
            foreach (Node norm in graph.Nodes.Where(n => n.Is("BatchNormalization")).ToArray())
            {
                if (log.IsFull)
                {
                    return log.Result;
                }

                TryFold(graph, norm, model.Opset, scope, log);
            }
        }

        return log.Result;
    }

    private static bool TryFold(Graph graph, Node norm, int opset, GraphScope scope, RewriteLog log)
    {
        if (norm.Outputs[0] is not { } hidden || norm.InputOrDefault(0) is not { } input
            || hidden.Uses.FirstOrDefault(u => u.Node.Is("Conv") && u.Index == 0).Node is not { } conv)
        {
            return false;
        }

        if (scope.OnlyReader(hidden) is null)
        {
            return log.Refuse(norm, $"'{hidden.Name}' is read by {conv.Label} and by others, or is an output of the graph");
        }

        bool pads = conv.GetInts("pads")?.Any(p => p != 0) ?? false;
        if (pads || conv.GetString("auto_pad", "NOTSET") is not ("NOTSET" or "VALID" or ""))
        {
            return log.Refuse(norm, $"{conv.Label} behind it pads with zeros, which are not zeros in front of it");
        }

        if (!graph.Nodes.Contains(conv))
        {
            return log.Refuse(norm, $"{conv.Label} lies in a graph nested in this one");
        }

        if (!BatchNormAffine.TryRead(norm, opset, scope, log, out BatchNormAffine affine)
            || !ConvolutionWeights.TryRead(conv, norm, scope, log, out ConvolutionWeights weights))
        {
            return false;
        }

        long groups = conv.GetInt("group", 1);
        if (groups < 1 || weights.OutputChannels % groups != 0 || groups * weights.ChannelsInGroup != affine.Channels)
        {
            return log.Refuse(norm, $"it has {affine.Channels} channels, and {conv.Label} reads {groups} groups of {weights.ChannelsInGroup}");
        }

        Fold(affine, weights, (int)groups);
        log.Rewrote($"{norm.Label} into {conv.Label}");
        weights.Write(graph, conv, scope);
        conv.SetInput(0, input);
        graph.Remove(norm);
        return true;
    }

    private static void Fold(BatchNormAffine affine, ConvolutionWeights weights, int groups)
    {
        int filtersInGroup = weights.OutputChannels / groups;
        for (int o = 0; o < weights.OutputChannels; o++)
        {
            Span<double> filter = weights.Filter(o);
            int taps = filter.Length / weights.ChannelsInGroup;
            for (int t = 0; t < filter.Length; t++)
            {
                int channel = o / filtersInGroup * weights.ChannelsInGroup + t / taps;
                weights.Bias[o] += filter[t] * affine.Shift[channel];
                filter[t] *= affine.Scale[channel];
            }
        }
    }
}
