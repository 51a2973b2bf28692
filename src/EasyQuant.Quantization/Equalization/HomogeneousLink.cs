using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Equalization;

/// <summary>
/// A convolution over pictures and the function behind it, where positive factors go through that function: <c>f(x / c) = f(x) / c</c>. So channels of
/// <paramref name="Output"/> are divided by dividing rows of the convolution's weights, and nothing is left to be computed.
/// </summary>
/// <param name="Layer">The convolution.</param>
/// <param name="Output">The function's result.</param>
internal sealed record HomogeneousLink(QuantizableLayer Layer, Value Output)
{
    // Relu is none: grids absorb it, and what equalizing would gain there has not been measured.
    private static readonly HashSet<string> s_functions = ["PRelu", "LeakyRelu"];

    /// <summary>All such convolutions, but for those that have a region of their own.</summary>
    public static IEnumerable<HomogeneousLink> Find(Graph graph, IReadOnlyList<QuantizableLayer> layers, IReadOnlyList<ElementwiseRegion> regions)
    {
        HashSet<Value> taken = [.. regions.Select(r => r.Input), .. graph.Outputs];
        return
        [
            .. from layer in layers
               where layer.Kind == LayerKind.Convolution && layer.Weight.Shape.Rank == 4 && !taken.Contains(layer.Output)
               let uses = layer.Output.Uses.ToArray()
               where uses is [{ Index: 0 }] && uses[0].Node.Domain.Length == 0 && s_functions.Contains(uses[0].Node.OpType)
               select new HomogeneousLink(layer, uses[0].Node.Outputs[0]!),
        ];
    }

    /// <summary>Divides the channels of the output by factors that its readers' weights are multiplied by.</summary>
    public void Equalize(Graph graph, IReadOnlyList<ChannelReader> readers, float[] factors)
    {
        ConvolutionScaling.ScaleOutputs(graph, Layer.Node, [.. factors.Select(f => new InputSpan(0, f))]);
        foreach (ChannelReader reader in readers)
        {
            ConvolutionScaling.ScaleInputs(graph, reader, factors);
        }
    }
}
