using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Execution;

public sealed class GraphExecutorTests
{
    [Fact]
    public void Computes_WhatTheGraphSays()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, new Dimension(null, "n"), 3);
        Value sum = graph.Call("Add", [x, graph.AddConstant("one", Tensor.FromScalar(1f))], "sum");
        Model model = graph.ToModel(graph.Call("Relu", [sum], "y"));

        using GraphExecutor executor = new(model);
        Tensor y = executor.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.From([-3f, -1, 0, 1, 2, -0.5f], [2, 3]) })["y"];

        Assert.Equal([0, 0, 1, 2, 3, 0.5f], y.AsSpan<float>().ToArray());
    }

    [Fact]
    public void Outputs_StayValid_WhenTheExecutorRunsAgain()
    {
        (Model model, Dictionary<string, Tensor> inputs) = Chain(Dimension.Unknown);
        using GraphExecutor executor = new(model);

        Tensor first = executor.Run(inputs)["y"];
        float[] kept = first.AsSpan<float>().ToArray();
        executor.Run(new Dictionary<string, Tensor> { ["x"] = SmallModels.Noise(2, inputs["x"].Shape) });

        Assert.Equal(kept, first.AsSpan<float>().ToArray());
    }

    [Fact]
    public void Reshape_KeepsTheSharedBuffer_UntilItsLastReader()
    {
        // `a` is read last by Reshape, whose result lives on in the same buffer while others ask for buffers of the same size.
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 64, 64);
        Value a = graph.Call("Neg", [x], "a");
        Value flat = graph.Call("Flatten", [a], "flat", ("axis", new IntAttribute(0)));
        Value b = graph.Call("Exp", [x], "b");
        Value c = graph.Call("Abs", [b], "c");
        Value d = graph.Call("Flatten", [c], "d", ("axis", new IntAttribute(0)));
        Model model = graph.ToModel(graph.Call("Add", [flat, d], "y"));
        Tensor input = SmallModels.Noise(1, [64, 64]);

        using GraphExecutor executor = new(model);
        for (int run = 0; run < 3; run++)
        {
            Tensor y = executor.Run(new Dictionary<string, Tensor> { ["x"] = input })["y"];
            Assert.All(Enumerable.Range(0, input.Count), i =>
                Assert.Equal(MathF.Exp(input.AsSpan<float>()[i]) - input.AsSpan<float>()[i], y.AsSpan<float>()[i], 1e-6f));
        }
    }

    [Fact]
    public void SteadyState_AllocatesLittleBesidesTheOutputs()
    {
        (Model model, Dictionary<string, Tensor> inputs) = Chain(1024);
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        executor.Run(inputs);
        executor.Run(inputs);

        long before = GC.GetAllocatedBytesForCurrentThread();
        executor.Run(inputs);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Ten steps of 256 KiB each; only the output's buffer leaves.
        Assert.InRange(allocated, 256 << 10, (256 << 10) + (64 << 10));
    }

    [Fact]
    public void MayBeShared_BetweenThreads()
    {
        (Model model, Dictionary<string, Tensor> _) = Chain(Dimension.Unknown);
        using GraphExecutor executor = new(model);
        Dictionary<string, Tensor>[] inputs = [.. Enumerable.Range(0, 8).Select(i => new Dictionary<string, Tensor> { ["x"] = SmallModels.Noise(i, [16 + i, 64]) })];
        float[][] alone = [.. inputs.Select(i => executor.Run(i)["y"].AsSpan<float>().ToArray())];

        Parallel.For(0, 64, i => Assert.Equal(alone[i % 8], executor.Run(inputs[i % 8])["y"].AsSpan<float>().ToArray()));
    }

    [Fact]
    public void Observer_SeesEveryComputedValue_AndTheSameOutputs()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 1, 2, 8, 8);
        Value w = graph.AddConstant("w", SmallModels.Noise(3, [4, 2, 3, 3]));
        Value c = graph.Call("Conv", [x, w], "c", ("pads", new IntsAttribute([1, 1, 1, 1])));
        Model model = graph.ToModel(graph.Call("Relu", [c], "y"));
        Dictionary<string, Tensor> inputs = new() { ["x"] = SmallModels.Noise(4, [1, 2, 8, 8]) };
        using GraphExecutor executor = new(model);
        Dictionary<string, float[]> seen = [];

        Tensor observed = executor.Run(inputs, (value, tensor) => seen.Add(value.Name, tensor.AsSpan<float>().ToArray()))["y"];

        Assert.Equal(["c", "y"], seen.Keys);
        Assert.Contains(seen["c"], v => v < 0);
        Assert.Equal(seen["y"], observed.AsSpan<float>().ToArray());
        Assert.DoesNotContain(executor.Plan.Steps, s => s.Node.Is("Relu"));
        Assert.Equal(seen["y"], executor.Run(inputs)["y"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void RequestedOutputs_MayBeInnerValues_AndCostOnlyWhatTheyNeed()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 4);
        Value inner = graph.Call("Neg", [x], "inner");
        Model model = graph.ToModel(graph.Call("Reshape", [inner, graph.AddConstant("impossible", Tensor.From([3L], [1]))], "y"));
        using GraphExecutor executor = new(model);

        IReadOnlyDictionary<string, Tensor> outputs = executor.Run(
            new Dictionary<string, Tensor> { ["x"] = Tensor.From([1f, 2, 3, 4], [4]) }, ["inner"]);

        Assert.Equal([-1f, -2, -3, -4], Assert.Single(outputs).Value.AsSpan<float>().ToArray());
    }

    [Fact]
    public void ConstantSubgraphs_AreComputedOnce_WithoutTouchingTheModel()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 2);
        Value two = graph.Call("Add", [graph.AddConstant("a", Tensor.FromScalar(1f)), graph.AddConstant("b", Tensor.FromScalar(1f))], "two");
        Model model = graph.ToModel(graph.Call("Mul", [x, two], "y"));

        using GraphExecutor executor = new(model);

        Assert.Equal("Mul", Assert.Single(executor.Plan.Steps).Node.OpType);
        Assert.Null(two.Constant);
        Assert.Equal([2f, 4], executor.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.From([1f, 2], [2]) })["y"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void OperatorErrors_NameTheNode_WhatWasExpectedAndFound()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 1, 3, 8, 8);
        Model model = graph.ToModel(graph.Call("Conv", [x, graph.AddConstant("w", SmallModels.Noise(1, [4, 3, 3]))], "y"));

        InvalidModelException error = Assert.Throws<InvalidModelException>(() =>
        {
            using GraphExecutor executor = new(model);
            executor.Run(new Dictionary<string, Tensor> { ["x"] = SmallModels.Noise(1, [1, 3, 8, 8]) });
        });

        Assert.Contains("Conv 'y_node'", error.Message, StringComparison.Ordinal);
        Assert.Contains("4x3x3, expected 4 dimensions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownOperator_IsRefused_BeforeAnyRun()
    {
        Graph graph = new();
        Value x = graph.Input("x", DataType.Float32, 1);
        Model model = graph.ToModel(graph.Call("Frobnicate", [x], "y"));

        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => new GraphExecutor(model));

        Assert.Equal("Frobnicate", error.OpType);
    }

    private static (Model Model, Dictionary<string, Tensor> Inputs) Chain(Dimension rows)
    {
        Graph graph = new();
        Value value = graph.Input("x", DataType.Float32, rows, 64);
        Dictionary<string, Tensor> inputs = new() { ["x"] = SmallModels.Noise(1, [rows.Value ?? 1024, 64]) };
        for (int i = 0; i < 9; i++)
        {
            value = graph.Call(i % 2 == 0 ? "Neg" : "Tanh", [value], $"v{i}");
        }

        return (graph.ToModel(graph.Call("Abs", [value], "y")), inputs);
    }
}
