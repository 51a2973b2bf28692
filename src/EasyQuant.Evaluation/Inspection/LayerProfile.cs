using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Evaluation.Inspection;

/// <summary>A convolution or matrix product of a model.</summary>
/// <param name="Node">The node.</param>
/// <param name="Weight">The second input where it is a constant, in float or as stored integers.</param>
/// <param name="Macs">Multiply-accumulates for one sample; nothing where the shapes are not known.</param>
/// <param name="Quantization">How it is quantized; nothing for a float layer.</param>
public sealed record LayerProfile(Node Node, Tensor? Weight, long? Macs, LayerQuantization? Quantization)
{
    /// <summary>The node's name, or its output's where it has none.</summary>
    public string Name => NameOf(Node);

    /// <summary>The name by which a layer is known: the node's, or its output's where it has none.</summary>
    public static string NameOf(Node node) => node.Name.Length > 0 ? node.Name : node.Outputs[0]!.Name;

    /// <summary>Whether the node is a convolution or a matrix product.</summary>
    public static bool IsLayer(Node node) => node.Domain.Length == 0 && node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul";

    /// <summary>Every layer of the graph in the order of computation; those of nested graphs are left out.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shapes">What is known of the shapes of values, by name.</param>
    public static IReadOnlyList<LayerProfile> Of(Graph graph, IReadOnlyDictionary<string, Shape> shapes) =>
    [
        .. graph.Nodes.Where(IsLayer).Select(node =>
        {
            Tensor? weight = StoredConstant.Of(node.InputOrDefault(1));
            return new LayerProfile(node, weight, MacCount.Of(node, weight, v => ShapeOf(v, shapes)), LayerQuantization.Of(node));
        }),
    ];

    private static Shape? ShapeOf(Value value, IReadOnlyDictionary<string, Shape> shapes) =>
        shapes.TryGetValue(value.Name, out Shape known) ? known : value.Shape?.ToStatic();
}
