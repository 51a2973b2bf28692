using EasyQuant.Data;
using EasyQuant.Evaluation.Layers;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests.Layers;

public sealed class LayerwiseComparisonTests
{
    private static readonly MemorySamples s_samples = new(Sample("a", [1, 0]), Sample("b", [3, 4]));

    [Fact]
    public void TheWorstLayerComesFirst_WithTheErrorOfItsOutput()
    {
        // The second layer swaps the components instead of keeping them: cosines 0 and 24/25.
        IReadOnlyList<LayerError> layers = LayerwiseComparison.Run(TwoLayers([1, 0, 0, 1]), TwoLayers([0, 1, 1, 0]), s_samples, threads: 2);

        Assert.Equal(["second", "first"], layers.Select(l => l.Name));
        Assert.Equal([1, 0], layers.Select(l => l.Index));
        Assert.Equal((0 + 24 / 25.0) / 2, layers[0].Error.Cosine, 1e-12);
        Assert.Equal(2 + 2, layers[0].Error.Noise, 1e-12);
        Assert.Equal(double.PositiveInfinity, layers[1].Error.SqnrDb);
    }

    [Fact]
    public void ModelsWithoutACommonLayer_AreRefused()
    {
        Model other = TwoLayers([1, 0, 0, 1]);
        foreach (Value value in other.Graph.AllValues().ToArray())
        {
            value.Name = value.Name == "x" ? "x" : value.Name + "_other";
        }

        Assert.Throws<InvalidModelException>(() => LayerwiseComparison.Run(TwoLayers([1, 0, 0, 1]), other, s_samples, threads: 1));
    }

    [Fact]
    public void NoSample_IsRefused() =>
        Assert.Throws<InvalidSampleException>(() => LayerwiseComparison.Run(TwoLayers([1, 0, 0, 1]), TwoLayers([1, 0, 0, 1]), new MemorySamples(), threads: 1));

    [Fact]
    public void ALayerThatWasScaledAndScaledBack_IsComparedBehindItsFunction()
    {
        // Half of the weights, and twice the result: the same numbers, by another node than the layer's.
        Model scaled = LayerAndSilu(0.5f);
        Node layer = scaled.Graph.Nodes[0];
        Value x = layer.Outputs[0]!;
        layer.SetOutput(0, new Value("half"));
        scaled.Graph.InsertAfter(layer, new Node("Mul", [layer.Outputs[0]!, scaled.Graph.AddConstant("two", Tensor.FromScalar(2.2f))], [x], "back"));

        LayerError error = Assert.Single(LayerwiseComparison.Run(LayerAndSilu(1), scaled, s_samples, threads: 1));

        // Behind x · sigmoid(x), of which 2.2 / 2 times as much goes in: more than 1.1 times as much comes out.
        (double noise, double signal) = (0, 0);
        foreach (float value in new float[] { 1, 0, 3, 4 })
        {
            signal += Silu(value) * Silu(value);
            noise += Math.Pow(Silu(1.1 * value) - Silu(value), 2);
        }

        Assert.Equal("layer", error.Name);
        Assert.Equal(10 * Math.Log10(signal / noise), error.Error.SqnrDb, 1e-3);
    }

    private static double Silu(double x) => x / (1 + Math.Exp(-x));

    private static Model LayerAndSilu(float weight)
    {
        Model model = TwoLayers([1, 0, 0, 1]);
        Graph graph = model.Graph;
        Node layer = graph.Nodes[0];
        graph.Remove(graph.Nodes[1]);
        layer.Name = "layer";
        layer.Inputs[1]!.Constant = Tensor.From([weight, 0, 0, weight], [2, 2]);
        Value gate = graph.Add(new Node("Sigmoid", [layer.Outputs[0]!], [new Value("gate")], "gate")).Outputs[0]!;
        graph.Add(new Node("Mul", [layer.Outputs[0]!, gate], [graph.Outputs[0]], "silu"));
        return model;
    }

    private static Model TwoLayers(float[] second)
    {
        Model model = TestModels.Identity(2);
        Graph graph = model.Graph;
        Node first = graph.Nodes[0];
        first.Name = "first";
        Value hidden = new("hidden");
        Value y = first.Outputs[0]!;
        first.SetOutput(0, hidden);
        graph.Add(new Node("MatMul", [hidden, graph.AddConstant("w2", Tensor.From(second, [2, 2]))], [y], "second"));
        return model;
    }

    private static Sample Sample(string name, float[] elements) =>
        new(name, new Dictionary<string, Tensor> { ["x"] = Tensor.From(elements, [1, elements.Length]) });
}
