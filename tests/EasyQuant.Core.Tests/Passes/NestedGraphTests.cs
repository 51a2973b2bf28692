using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

/// <summary>Passes look into nested graphs, and at what those capture from the graphs around them.</summary>
public sealed class NestedGraphTests
{
    [Fact]
    public void FoldBatchNormIntoConv_WorksInside()
    {
        (Model model, PassResult result) = Rewriting.Check("""
            (x: f32[2,4,8,8], k: bool[]) => (y)
            y = If<then_branch={() => (t) c = Conv(x, w: f32[4,4,3,3]) t = BatchNormalization(c, f32[4], f32[4], f32[4], f32[4]{0.2..2})},
                   else_branch={() => (e) e = Conv(x, u: f32[4,4,3,3])}>(k)
            """, new FoldBatchNormIntoConv());

        Assert.Equal(1, result.Count);
        Assert.All(model.Graph.Nodes[0].Subgraphs, g => Assert.Single(g.Nodes));
    }

    [Fact]
    public void RemoveIdentities_MakesThemReadTheInput()
    {
        (Model model, _) = Rewriting.Check("""
            (x: f32[2], c: bool[]) => (y)
            h = Neg(x)
            i = Identity(h)
            y = If<then_branch={() => (t) t = Neg(i)}, else_branch={() => (e) e = Identity(i)}>(c)
            """, new RemoveIdentities());

        Assert.Equal(["Neg", "If"], model.Graph.Nodes.Select(n => n.OpType));
        Assert.Equal(2, model.Graph.Nodes[0].Outputs[0]!.Uses.Count);
    }

    [Fact]
    public void RemoveUnusedNodes_KeepsWhatTheyCapture_UntilTheyGo()
    {
        const string branches = "If<then_branch={() => (t) t = Neg(h)}, else_branch={() => (e) e = Identity(h)}>(c)";
        (Model used, PassResult nothing) = Rewriting.Check($"(x: f32[2], c: bool[]) => (y)\nh = Neg(x)\ny = {branches}", new RemoveUnusedNodes());
        Assert.Equal(0, nothing.Count);
        Assert.Equal(2, used.Graph.Nodes.Count);

        (Model unused, _) = Rewriting.Check($"(x: f32[2], c: bool[]) => (y)\ny = Exp(x)\nh = Neg(x)\nz = {branches}", new RemoveUnusedNodes());
        Assert.Equal("Exp", Assert.Single(unused.Graph.Nodes).OpType);
    }
}
