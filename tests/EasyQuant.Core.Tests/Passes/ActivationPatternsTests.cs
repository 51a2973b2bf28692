using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class ActivationPatternsTests
{
    private const string Front = "(x: f32[1,3,8,8]) => (y)\nc = Conv(x, w: f32[4,3,3,3])\n";

    [Theory]
    [InlineData("y = Relu(c)", ActivationKind.Clamp, 1)]
    [InlineData("y = Clip(c, f32[]{0}, f32[]{6})", ActivationKind.Clamp, 1)]
    [InlineData("y = HardSwish(c)", ActivationKind.HardSwish, 1)]
    [InlineData("s = Sigmoid(c)\ny = Mul(c, s)", ActivationKind.Silu, 2)]
    [InlineData("s = Sigmoid(c)\ny = Mul(s, c)", ActivationKind.Silu, 2)]
    [InlineData("s = HardSigmoid<alpha=0.16666667>(c)\ny = Mul(s, c)", ActivationKind.HardSwish, 2)]
    [InlineData("a = Add(c, f32[]{3})\nk = Clip(a, f32[]{0}, f32[]{6})\nm = Mul(c, k)\ny = Div(m, f32[]{6})", ActivationKind.HardSwish, 4)]
    [InlineData("a = Add(f32[]{3}, c)\nk = Clip(a, f32[]{0}, f32[]{6})\nd = Div(k, f32[]{6})\ny = Mul(d, c)", ActivationKind.HardSwish, 4)]
    [InlineData("a = Add(f32[]{3}, c)\nk = Clip(a, f32[]{0}, f32[]{6})\nd = Mul(k, f32[1]{0.166667})\ny = Mul(d, c)", ActivationKind.HardSwish, 4)]
    public void Recognizes_TheForms(string activation, ActivationKind kind, int nodes)
    {
        Model model = GraphText.Parse(Front + activation);
        ActivationPattern pattern = Assert.Single(ActivationPatterns.Recognize(model).ByProducer.Values);

        Assert.Equal(kind, pattern.Kind);
        Assert.Equal("Conv", pattern.Producer.OpType);
        Assert.Equal(nodes, pattern.Nodes.Count);
        Assert.Equal("y", pattern.Last.Outputs[0]!.Name);
    }

    [Fact]
    public void Clip_GivesItsBounds()
    {
        ActivationPattern inputs = Only("y = Clip(c, _, f32[]{6})", 17);
        Assert.Equal((float.NegativeInfinity, 6f), (inputs.Minimum, inputs.Maximum));

        ActivationPattern attributes = Only("y = Clip<min=-1.0, max=2.0>(c)", 9);
        Assert.Equal((-1f, 2f), (attributes.Minimum, attributes.Maximum));

        static ActivationPattern Only(string text, int opset) =>
            ActivationPatterns.Recognize(GraphText.Parse(Front + text, opset: opset)).ByProducer.Values.Single();
    }

    [Fact]
    public void MatMulWithAdd_IsOneProducer()
    {
        Model model = GraphText.Parse("(x: f32[2,3]) => (y)\np = MatMul(x, w: f32[3,4])\nc = Add(p, b: f32[4])\ny = Relu(c)");

        Assert.Equal("MatMul", ActivationPatterns.Recognize(model).ByProducer.Values.Single().Producer.OpType);
    }

    [Theory]
    [InlineData("s = Sigmoid(c)\ny = Add(c, s)")]
    [InlineData("a = Add(c, f32[]{3})\nk = Clip(a, f32[]{0}, f32[]{6})\ny = Mul(c, k)")]
    [InlineData("s = HardSigmoid(c)\ny = Mul(s, c)")]
    [InlineData("s = Sigmoid(c)\nm = Mul(c, s)\ny = Add(m, s)")]
    public void LeavesAlone_WhatOnlyResemblesThem(string activation) =>
        Assert.Empty(ActivationPatterns.Recognize(GraphText.Parse(Front + activation)).ByProducer);

    [Theory]
    [InlineData("(x: f32[1,3,8,8]) => (y, c)\nc = Conv(x, w: f32[4,3,3,3])\ny = Relu(c)", "is an output of the graph")]
    [InlineData("(x: f32[1,3,8,8]) => (y, z)\nc = Conv(x, w: f32[4,3,3,3])\ny = Relu(c)\nz = Neg(c)", "has 2 readers")]
    [InlineData("(x: f32[1,3,8,8], m: f32[]) => (y)\nc = Conv(x, w: f32[4,3,3,3])\ny = Clip(c, m)", "not constant")]
    public void Refuses_AndSaysWhy(string text, string reason)
    {
        ActivationPatterns patterns = ActivationPatterns.Recognize(GraphText.Parse(text));

        Assert.Empty(patterns.ByProducer);
        Assert.Contains(reason, Assert.Single(patterns.Refusals).Reason, StringComparison.Ordinal);
    }
}
