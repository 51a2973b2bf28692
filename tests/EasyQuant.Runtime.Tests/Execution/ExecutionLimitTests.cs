using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Execution;

/// <summary>A small file can ask for any amount of memory and time; whoever runs it can say how much it gets.</summary>
[Collection(nameof(MeasuresHeap))]
public sealed class ExecutionLimitTests
{
    private const string Endless = """
        (go: bool[]) => (y)
        y = Loop<body={(i: i64[], on: bool[]) => (on, i)}>(_, go)
        """;

    [Fact]
    public void ALoopWithoutANode_EndsWhenItIsCancelled()
    {
        Model model = GraphText.Parse("""
            (go: bool[], x: f32[2]) => (y)
            y = Loop<body={(i: i64[], on: bool[], c: f32[2]) => (on, c)}>(_, go, x)
            """);
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(100));

        Assert.ThrowsAny<OperationCanceledException>(
            () => executor.Run(new Dictionary<string, Tensor> { ["go"] = Tensor.FromScalar(true), ["x"] = Tensor.From([1f, 2f], [2]) }, cancellation.Token));
    }

    [Fact]
    public void ALoopThatGathersForEver_EndsAtTheLimitOfMemory()
    {
        using GraphExecutor executor = new(GraphText.Parse(Endless), new ExecutorOptions { Threads = 1, MemoryLimit = 1 << 20 });

        InvalidModelException error = Assert.Throws<InvalidModelException>(() => executor.Run(new Dictionary<string, Tensor> { ["go"] = Tensor.FromScalar(true) }));

        Assert.Contains("more than 1048576 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ValuesBeyondTheLimit_AreRefused_ByTheNodeThatWantsThem()
    {
        Model model = GraphText.Parse("""
            (x: f32[1]) => (y)
            wide = Expand "wide" (x, shape: i64[1]{1000000})
            y = Neg(wide)
            """);
        using GraphExecutor tight = new(model, new ExecutorOptions { Threads = 1, MemoryLimit = 1 << 20 });
        using GraphExecutor roomy = new(model, new ExecutorOptions { Threads = 1, MemoryLimit = 16 << 20 });
        Dictionary<string, Tensor> inputs = new() { ["x"] = Tensor.From([1f], [1]) };

        InvalidModelException error = Assert.Throws<InvalidModelException>(() => tight.Run(inputs));

        Assert.StartsWith("Expand 'wide'", error.Message, StringComparison.Ordinal);
        Assert.Contains("MemoryLimit", error.Message, StringComparison.Ordinal);
        Assert.Equal(1_000_000, roomy.Run(inputs)["y"].Count);
    }

    // Each of them may be kept, being small enough; all together may not.
    [Fact]
    public void Constants_ThatASmallFileAsksFor_DoNotFillTheMemory()
    {
        Graph graph = new();
        Value extent = graph.AddConstant("extent", Tensor.From([250_000L], [1]));
        Value[] parts = [.. Enumerable.Range(0, 50).Select(i => graph.Call("ConstantOfShape", [extent], $"part{i}"))];
        Model model = graph.ToModel(graph.Call("Neg", [graph.Call("Sum", parts, "sum")], "y"));
        long before = GC.GetTotalMemory(forceFullCollection: true);

        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1, ConstantCopyBytes = 2 << 20 });

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 << 20);
        Assert.Equal(250_000, executor.Run(new Dictionary<string, Tensor>())["y"].Count);
    }
}

// Whatever another test keeps in the meantime would be counted too.
[CollectionDefinition(nameof(MeasuresHeap), DisableParallelization = true)]
public sealed class MeasuresHeap;
