using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class PassPipelineTests
{
    private const string Text = """
        (x: f32[N,3,8,8]) => (y)
        c = Conv(x, w: f32[4,3,3,3])
        i = Identity(c)
        n = BatchNormalization(i, gamma: f32[4], beta: f32[4], mean: f32[4], var: f32[4]{0.2..2})
        s = Shape<start=1>(n)
        unused = Neg(n)
        y = Relu(n)
        """;

    [Fact]
    public void Simplify_RunsToAFixedPoint_AndNumbersItsRewrites()
    {
        Model before = GraphText.Parse(Text);
        Model after = GraphText.Parse(Text);
        PassReport report = PassPipeline.Simplify().Run(after);

        GraphVerifier.Verify(after);
        Rewriting.AssertSameOutputs(before, after, seed: 4);
        Assert.Equal(["Conv", "Relu"], after.Graph.Nodes.Select(n => n.OpType));
        Assert.Equal(Enumerable.Range(1, report.Rewrites.Count), report.Rewrites.Select(r => r.Number));
        Assert.Empty(PassPipeline.Simplify().Run(after).Rewrites);
    }

    [Fact]
    public void EveryPrefixOfTheRewrites_IsASoundModel()
    {
        Model before = GraphText.Parse(Text);
        int count = PassPipeline.Simplify().Run(GraphText.Parse(Text)).Rewrites.Count;
        for (int n = 0; n <= count; n++)
        {
            Model model = GraphText.Parse(Text);
            Assert.Equal(n, PassPipeline.Simplify().Run(model, maximumRewrites: n).Rewrites.Count);
            GraphVerifier.Verify(model);
            Rewriting.AssertSameOutputs(before, model, seed: 5);
        }
    }

    [Fact]
    public void Refusals_AreThoseOfTheLastRound()
    {
        Model model = GraphText.Parse("(x: f32[1,3,8,8]) => (c, y)\nc = Conv(x, w: f32[4,3,3,3])\ny = BatchNormalization(c, f32[4], f32[4], f32[4], f32[4]{1..2})");
        PassReport report = PassPipeline.Simplify().Run(model);

        (string pass, PassRefusal refusal) = Assert.Single(report.Refusals);
        Assert.Equal(nameof(FoldBatchNormIntoConv), pass);
        Assert.Contains("is an output of the graph", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void PassesThatUndoEachOther_AreReported()
    {
        PassPipeline pipeline = new(new Restless());
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => pipeline.Run(GraphText.Parse("(x) => (x)")));
        Assert.Contains(nameof(Restless), error.Message, StringComparison.Ordinal);
    }

    private sealed class Restless : IGraphPass
    {
        public string Name => nameof(Restless);

        public PassResult Apply(Model model, int maximumRewrites = int.MaxValue) => new(["there and back"], []);
    }
}
