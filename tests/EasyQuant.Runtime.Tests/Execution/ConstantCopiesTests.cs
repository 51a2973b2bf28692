using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Execution;

public sealed class ConstantCopiesTests
{
    private const string Text = """
        (x: f32[1,20,9,9]) => (y)
        a = Conv<pads=[1,1,1,1]>(x, w1: f32[40,20,3,3], b1: f32[40])
        b = Relu(a)
        c = Conv<group=40>(b, w2: f32[40,1,3,3], b2: f32[40])
        d = Conv<group=2>(c, w3: f32[8,20,3,3])
        e = Flatten(d)
        f = Gemm<transB=1>(e, w4: f32[30,200], b4: f32[30])
        g = Gemm(f, w5: f32[30,50])
        y = MatMul(g, w6: f32[50,7])
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(30_000)]
    public void Outputs_DoNotDependOnWhatMayBeKept(long bytes)
    {
        Model model = GraphText.Parse(Text, seed: 1);
        float[] expected = Run(model, new ExecutorOptions { Threads = 2 });

        Assert.Equal(expected, Run(model, new ExecutorOptions { Threads = 2, ConstantCopyBytes = bytes }));
        Assert.Contains(expected, y => y != 0);
    }

    [Fact]
    public void FoldedConstants_AreWithinTheBudget_OrComputedInEveryRun()
    {
        Model model = GraphText.Parse("""
            (x: f32[4]) => (y)
            a = Neg(w: f32[4])
            y = Add(x, a)
            """, seed: 1);

        Assert.Single(Steps(16));
        Assert.Equal(2, Steps(15).Length);
        Assert.Equal(Run(model, new ExecutorOptions()), Run(model, new ExecutorOptions { ConstantCopyBytes = 0 }));

        string[] Steps(long bytes)
        {
            using GraphExecutor executor = new(model, new ExecutorOptions { ConstantCopyBytes = bytes });
            return [.. executor.Plan.Steps.Select(s => s.Node.OpType)];
        }
    }

    [Fact]
    public void TheBudget_IsGivenOutOnce()
    {
        CopyBudget budget = new(100);
        int made = 0;
        ConstantCopy<string> first = new(budget, 60, () => $"first {++made}");
        ConstantCopy<string> second = new(budget, 60, () => $"second {++made}");
        ConstantCopy<string> third = new(budget, 40, () => $"third {++made}");

        Assert.Equal(["first 1", "second 2", "third 3"], [first.Value, second.Value, third.Value]);
        Assert.Equal(["first 1", "second 4", "third 3"], [first.Value, second.Value, third.Value]);
    }

    private static float[] Run(Model model, ExecutorOptions options)
    {
        using GraphExecutor executor = new(model, options);
        Value input = model.Graph.Inputs[0];
        Random random = new(2);
        Shape shape = input.Shape!.ToStatic()!.Value;
        Dictionary<string, Tensor> inputs = new() { [input.Name] = Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)], shape) };
        executor.Run(inputs);
        return executor.Run(inputs)["y"].AsSpan<float>().ToArray();
    }
}
