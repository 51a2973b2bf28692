using EasyQuant.Graphs;

namespace EasyQuant.Quantization.Planning;

/// <summary>Recognises the convolutions and matrix products whose weights are integers already.</summary>
public static class IntegerLayers
{
    private static readonly HashSet<string> s_integerOperators = ["QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger"];

    /// <summary>How many of the graph's layers there are; a graph that has one is no float graph any more.</summary>
    public static int Count(Graph graph) => graph.Nodes.Count(Contains);

    /// <summary>Whether the node is one of them.</summary>
    public static bool Contains(Node node) =>
        (node.Domain.Length == 0 && s_integerOperators.Contains(node.OpType))
        || (LayerRecognition.IsCandidate(node) && node.InputOrDefault(1)?.Producer is { } producer && producer.Is("DequantizeLinear"));
}
