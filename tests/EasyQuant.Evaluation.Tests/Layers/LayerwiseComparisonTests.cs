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
