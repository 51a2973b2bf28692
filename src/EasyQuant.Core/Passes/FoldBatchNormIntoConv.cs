using EasyQuant.Graphs;

namespace EasyQuant.Passes;

/// <summary>Folds a BatchNormalization into the convolution, or transposed convolution, in front of it.</summary>
/// <remarks>
/// With the normalization written as <c>a·v + c</c> in each channel (<c>a = γ/√(σ² + ε)</c>, <c>c = β − a·μ</c>) and the
/// convolution as <c>v[o] = Σ W[o,i,k]·x[i,k] + b[o]</c>,
/// <c>a[o]·v[o] + c[o] = Σ (a[o]·W[o,i,k])·x[i,k] + (a[o]·b[o] + c[o])</c>, so
/// <c>W'[o,i,k] = a[o]·W[o,i,k]</c> and <c>b'[o] = a[o]·b[o] + c[o]</c>. The output channel <c>o</c> is the weight's first index
/// whatever the number of groups, which covers depthwise convolutions. The products are taken in double precision.
/// </remarks>
public sealed class FoldBatchNormIntoConv : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FoldBatchNormIntoConv);

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
        if (norm.InputOrDefault(0)?.Producer is not { } conv || norm.Outputs[0] is not { } result)
        {
            return false;
        }

        if (!(conv.Is("Conv") || conv.Is("ConvTranspose")) || conv.Outputs[0] is not { } hidden)
        {
            return false;
        }

        if (scope.IsOutput(hidden))
        {
            return log.Refuse(norm, $"'{hidden.Name}', computed by {conv.Label}, is an output of the graph");
        }

        if (hidden.Uses.Count > 1)
        {
            return log.Refuse(norm, $"'{hidden.Name}', computed by {conv.Label}, has {hidden.Uses.Count} readers");
        }

        if (!graph.Nodes.Contains(conv))
        {
            return log.Refuse(norm, $"{conv.Label} lies in a graph around it");
        }

        if (!BatchNormAffine.TryRead(norm, opset, scope, log, out BatchNormAffine affine)
            || !ConvolutionWeights.TryRead(conv, norm, scope, log, out ConvolutionWeights weights))
        {
            return false;
        }

        if (weights.OutputChannels != affine.Channels)
        {
            return log.Refuse(norm, $"it has {affine.Channels} channels and {conv.Label} has {weights.OutputChannels}");
        }

        for (int o = 0; o < affine.Channels; o++)
        {
            foreach (ref double w in weights.Filter(o))
            {
                w *= affine.Scale[o];
            }

            weights.Bias[o] = affine.Scale[o] * weights.Bias[o] + affine.Shift[o];
        }

        log.Rewrote($"{norm.Label} into {conv.Label}");
        weights.Write(graph, conv, scope);
        graph.Remove(norm);
        conv.SetOutput(0, result);
        return true;
    }
}
