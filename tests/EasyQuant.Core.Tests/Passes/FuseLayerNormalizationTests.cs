using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class FuseLayerNormalizationTests
{
    private const string Exported = """
        (x: f32[2,5,16]) => (y)
        m = ReduceMean<axes=[-1]>(x)
        d = Sub(x, m)
        p = Pow(d, two: f32[]{2..2})
        v = ReduceMean<axes=[-1]>(p)
        e = Add(v, eps: f32[]{0.00001..0.00001})
        s = Sqrt(e)
        n = Div(d, s)
        g = Mul(n, gamma: f32[16])
        y = Add(g, beta: f32[16])
        """;

    [Fact]
    public void NineNodes_BecomeOne()
    {
        (Model model, PassResult result) = Rewriting.Check(Exported, new FuseLayerNormalization());

        Assert.Equal(1, result.Count);
        Node node = Assert.Single(model.Graph.Nodes);
        Assert.True(node.Is("LayerNormalization"));
        Assert.Equal(["x", "gamma", "beta"], node.Inputs.Select(i => i!.Name));
        Assert.Equal(1e-5f, node.GetFloat("epsilon", 0));
    }

    [Theory]
    [InlineData("p = Pow(d, two: f32[]{2..2})", "p = Mul(d, d)")]
    [InlineData("p = Pow(d, two: f32[]{2..2})", "d2 = Sub(x, m)\np = Pow(d2, two: f32[]{2..2})")]
    [InlineData("m = ReduceMean<axes=[-1]>(x)", "m = ReduceMean<axes=[2]>(x)")]
    [InlineData("gamma: f32[16]", "gamma: f32[1,1,16]")]
    [InlineData("e = Add(v, eps: f32[]{0.00001..0.00001})", "e = Add(eps: f32[1]{0.00001..0.00001}, v)")]
    public void OtherWaysToWriteIt_AreKnown(string usual, string other)
    {
        (Model model, _) = Rewriting.Check(Exported.Replace(usual, other, StringComparison.Ordinal), new FuseLayerNormalization());

        Assert.True(Assert.Single(model.Graph.Nodes).Is("LayerNormalization"));
    }

    [Fact]
    public void WithoutASummand_TheOperatorHasNone()
    {
        (Model model, _) = Rewriting.Check(Exported.Replace("g = Mul(n, gamma: f32[16])\ny = Add(g, beta: f32[16])", "y = Mul(n, gamma: f32[16])", StringComparison.Ordinal), new FuseLayerNormalization());

        Assert.Equal(2, Assert.Single(model.Graph.Nodes).Inputs.Count);
    }

    [Theory]
    [InlineData("axes=[-1]", "axes=[1]")]
    [InlineData("{2..2}", "{4..4}")]
    [InlineData("d = Sub(x, m)", "d = Sub(m, x)")]
    public void LeavesAlone_WhatComputesSomethingElse(string usual, string other)
    {
        (_, PassResult result) = Rewriting.Check(Exported.Replace(usual, other, StringComparison.Ordinal), new FuseLayerNormalization());

        Assert.Equal(0, result.Count);
    }

    [Fact]
    public void Refuses_WhereAPartIsReadElsewhere() =>
        Rewriting.CheckRefused(Exported.Replace("=> (y)", "=> (y, v)", StringComparison.Ordinal), new FuseLayerNormalization(), "'v', in the middle of a layer normalization");
}
