using EasyQuant.Evaluation.Inspection;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Inspection;

public sealed class LayerProfileTests
{
    [Fact]
    public void Conv_CountsGroupsAndStrides()
    {
        // 2 groups of 3 input channels, 8 output channels of 5 x 5: 8 · 25 outputs, each over 3 · 3 · 3 inputs.
        Graph graph = GraphOf("Conv", [1, 6, 9, 9], [8, 3, 3, 3]);
        Node conv = graph.Nodes[0];
        conv.Attributes["group"] = new IntAttribute(2);
        conv.Attributes["strides"] = new IntsAttribute([2, 2]);
        conv.Attributes["pads"] = new IntsAttribute([1, 1, 1, 1]);

        Assert.Equal(8 * 25 * 27, Macs(graph));
    }

    [Fact]
    public void MatMul_CountsBatches() => Assert.Equal(2 * 5 * 7 * 3, Macs(GraphOf("MatMul", [2, 5, 7], [7, 3])));

    [Fact]
    public void Gemm_CountsTransposedInputs()
    {
        Graph graph = GraphOf("Gemm", [7, 5], [7, 3]);
        graph.Nodes[0].Attributes["transA"] = new IntAttribute(1);

        Assert.Equal(5 * 7 * 3, Macs(graph));
    }

    [Fact]
    public void ConvTranspose_CountsInputs_WhereTheOutputIsNotKnown()
    {
        Graph graph = GraphOf("ConvTranspose", [1, 4, 6, 6], [4, 5, 2, 2]);

        Assert.Equal(4 * 36 * 5 * 4, LayerProfile.Of(graph, new Dictionary<string, Shape> { ["x"] = [1, 4, 6, 6] })[0].Macs);
    }

    [Fact]
    public void WithoutShapes_ThereIsNoCount() =>
        Assert.Null(LayerProfile.Of(GraphOf("Conv", [1, 6, 9, 9], [8, 6, 3, 3]), new Dictionary<string, Shape>())[0].Macs);

    [Fact]
    public void Quantization_IsReadOffTheGraphAroundALayer()
    {
        Graph graph = new();
        Value x = new("x", new TensorValueType(DataType.Float32, SymbolicShape.Of([1, 2])));
        graph.Inputs.Add(x);
        Value inputScale = graph.AddConstant("x_scale", Tensor.FromScalar(0.25f));
        Value inputZero = graph.AddConstant("x_zero_point", Tensor.FromScalar((byte)128));
        Value low = graph.AddConstant("x_qmin", Tensor.FromScalar((byte)(128 - 31)));
        Value high = graph.AddConstant("x_qmax", Tensor.FromScalar((byte)(128 + 31)));
        Value weights = graph.AddConstant("w_quantized", Tensor.From<sbyte>([-63, 5, 32, 1], [2, 2]));
        Value weightScales = graph.AddConstant("w_scale", Tensor.From<float>([0.5f, 0.125f], [2]));
        (Value q, Value c, Value d, Value w, Value y) = (new("x_quantized"), new("x_clipped"), new("x_dequantized"), new("w_dequantized"), new("y"));
        graph.Add(new Node("QuantizeLinear", [x, inputScale, inputZero], [q]));
        graph.Add(new Node("Clip", [q, low, high], [c]));
        graph.Add(new Node("DequantizeLinear", [c, inputScale, inputZero], [d]));
        graph.Add(new Node("DequantizeLinear", [weights, weightScales], [w]));
        graph.Add(new Node("MatMul", [d, w], [y]));

        LayerProfile layer = Assert.Single(LayerProfile.Of(graph, new Dictionary<string, Shape>()));

        Assert.Equal(new LayerQuantization(7, 6, 0.125f, 0.5f, 0.25f), layer.Quantization);
        Assert.Equal("y", layer.Name);
    }

    private static Graph GraphOf(string opType, Shape input, Shape weight)
    {
        Graph graph = new();
        Value x = new("x", new TensorValueType(DataType.Float32, SymbolicShape.Of(input)));
        Value y = new("y");
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Add(new Node(opType, [x, graph.AddConstant("w", Tensor.From(new float[weight.ElementCount], weight))], [y]));
        return graph;
    }

    private static long? Macs(Graph graph) =>
        LayerProfile.Of(graph, ShapeProbe.Run(new Model(graph) { OpsetImports = { [""] = 13 } }, ChosenExtents.None.Resolve(graph).Shapes))[0].Macs;
}
