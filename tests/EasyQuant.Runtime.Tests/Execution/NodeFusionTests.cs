using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Execution;

public sealed class NodeFusionTests
{
    [Fact]
    public void Convolution_TakesOverTheClipBehindIt_WithTheSameNumbers()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 1, 4, 6, 6);
        Value w = graph.AddConstant("w", SmallModels.Noise(2, [4, 4, 3, 3]));
        Value c = graph.Call("Conv", [x, w], "c");
        Value clip = graph.Call("Clip", [c, graph.AddConstant("low", Tensor.FromScalar(0f)), graph.AddConstant("high", Tensor.FromScalar(0.5f))], "y");
        using GraphExecutor executor = new(graph.ToModel(clip));
        Dictionary<string, Tensor> inputs = new() { ["x"] = SmallModels.Noise(1, [1, 4, 6, 6]) };

        Assert.DoesNotContain(executor.Plan.Steps, s => s.Node.Is("Clip"));
        Assert.Equal(
            executor.Run(inputs, (_, _) => { })["y"].AsSpan<float>().ToArray(),
            executor.Run(inputs)["y"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void BatchNormalization_TakesOverTheReluBehindIt_WithTheSameNumbers()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 2, 3, 40, 40);
        Value[] parameters = [.. Enumerable.Range(0, 4).Select(i => graph.AddConstant($"p{i}", Tensor.From([1f + i, 0.5f, 2], [3])))];
        Value normalized = graph.Call("BatchNormalization", [x, .. parameters], "b");
        using GraphExecutor executor = new(graph.ToModel(graph.Call("Relu", [normalized], "y")));
        Dictionary<string, Tensor> inputs = new() { ["x"] = SmallModels.Noise(1, [2, 3, 40, 40]) };

        Assert.Single(executor.Plan.Steps);
        Assert.Equal(
            executor.Run(inputs, (_, _) => { })["y"].AsSpan<float>().ToArray(),
            executor.Run(inputs)["y"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Convolution_TakesOverNormalizationAndClip_WithTheSameNumbers()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 1, 20, 9, 9);
        Value c = graph.Call("Conv", [x, graph.AddConstant("w", SmallModels.Noise(2, [24, 20, 3, 3]))], "c");
        Value[] parameters = [.. Enumerable.Range(0, 4).Select(i => graph.AddConstant($"p{i}", Tensor.From([.. Enumerable.Range(1, 24).Select(k => 0.1f * k + i)], [24])))];
        Value normalized = graph.Call("BatchNormalization", [c, .. parameters], "n");
        using GraphExecutor executor = new(graph.ToModel(graph.Call("Relu", [normalized], "y")));
        Dictionary<string, Tensor> inputs = new() { ["x"] = SmallModels.Noise(1, [1, 20, 9, 9]) };

        Assert.All(executor.Plan.Steps, s => Assert.Equal("Conv", s.Node.OpType));
        Assert.Equal(
            executor.Run(inputs, (_, _) => { })["y"].AsSpan<float>().ToArray(),
            executor.Run(inputs)["y"].AsSpan<float>().ToArray());
    }
}
