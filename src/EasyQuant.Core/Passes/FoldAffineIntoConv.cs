using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Passes;

/// <summary>Folds a product with, or a sum with, a constant for each channel into the convolution in front of it: Mul, Add, Sub, Div.</summary>
/// <remarks><c>a[o]·(Σ W[o,i,k]·x[i,k] + b[o]) + c[o]</c> has the weights <c>a[o]·W[o,i,k]</c> and the bias <c>a[o]·b[o] + c[o]</c>.</remarks>
public sealed class FoldAffineIntoConv : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FoldAffineIntoConv);

    /// <inheritdoc/>
    public PassResult Apply(Model model, int maximumRewrites = int.MaxValue)
    {
        GraphScope scope = new(model);
        RewriteLog log = new(maximumRewrites);
        foreach (Graph graph in scope.Graphs)
        {
            foreach (Node node in graph.Nodes.Where(n => n.Domain.Length == 0 && n.OpType is "Mul" or "Add" or "Sub" or "Div").ToArray())
            {
                if (!log.IsFull && Match(graph, node, scope) is { } match)
                {
                    TryFold(graph, node, match.Convolution, match.Constant, scope, log);
                }
            }
        }

        return log.Result;
    }

    private static (Node Convolution, Tensor Constant)? Match(Graph graph, Node node, GraphScope scope)
    {
        for (int index = 0; index < (node.OpType is "Mul" or "Add" ? 2 : 1); index++)
        {
            if (node.InputOrDefault(index) is { Producer: { } conv } hidden && (conv.Is("Conv") || conv.Is("ConvTranspose")) && scope.OnlyReader(hidden) == node
                && node.InputOrDefault(1 - index) is { } other && scope.IsConstant(other) && other.Constant is { Type: DataType.Float32 } constant && graph.Nodes.Contains(conv))
            {
                return (conv, constant);
            }
        }

        return null;
    }

    private static bool TryFold(Graph graph, Node node, Node conv, Tensor constant, GraphScope scope, RewriteLog log)
    {
        if (!ConvolutionWeights.TryRead(conv, node, scope, log, out ConvolutionWeights weights))
        {
            return false;
        }

        if (!RunsAlongChannels(constant.Shape, weights.OutputChannels, conv.Inputs[1]!.Constant!.Shape.Rank))
        {
            return log.Refuse(node, $"its constant has shape {constant.Shape}, which is not one number for each of the {weights.OutputChannels} channels of {conv.Label}");
        }

        for (int o = 0; o < weights.OutputChannels; o++)
        {
            double number = constant.AsSpan<float>()[constant.Count == 1 ? 0 : o];
            (double factor, double summand) = node.OpType switch { "Mul" => (number, 0), "Div" => (1 / number, 0), "Sub" => (1, -number), _ => (1.0, number) };
            if (factor != 1)
            {
                foreach (ref double w in weights.Filter(o))
                {
                    w *= factor;
                }
            }

            weights.Bias[o] = factor * weights.Bias[o] + summand;
        }

        log.Rewrote($"{node.Label} into {conv.Label}");
        Value result = node.Outputs[0]!;
        weights.Write(graph, conv, scope);
        graph.Remove(node);
        conv.SetOutput(0, result);
        return true;
    }

    // Aligned with the result [N, C, ...] from the right, all extents but the channels' are 1.
    private static bool RunsAlongChannels(Shape shape, int channels, int rank) =>
        shape.Rank <= rank && (shape.ElementCount == 1
            || (shape.ElementCount == channels && shape.Rank >= rank - 1 && shape[shape.Rank - (rank - 1)] == channels));
}
