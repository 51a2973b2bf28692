using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class FoldAffineIntoConvTests
{
    [Theory]
    [InlineData("Conv<pads=[1,1,1,1]>(x, w: f32[6,4,3,3])", "Add(c, s: f32[1,6,1,1])")]
    [InlineData("Conv(x, w: f32[6,4,3,3], b: f32[6])", "Mul(s: f32[6,1,1], c)")]
    [InlineData("Conv<group=2>(x, w: f32[6,2,3,3], b: f32[6])", "Mul(c, s: f32[1])")]
    [InlineData("Conv(x, w: f32[6,4,1,1])", "Sub(c, s: f32[6,1,1])")]
    [InlineData("Conv(x, w: f32[6,4,1,1], b: f32[6])", "Div(c, s: f32[1,6,1,1]{0.5..2})")]
    [InlineData("ConvTranspose<strides=[2,2]>(x, w: f32[4,6,3,3], b: f32[6])", "Mul(c, s: f32[1,6,1,1])")]
    [InlineData("ConvTranspose<strides=[2,2]>(x, w: f32[4,6,2,2])", "Add(c, s: f32[1,6,1,1])")]
    public void FoldsAConstantOfEachChannel(string conv, string affine)
    {
        (Model model, PassResult result) = Rewriting.Check($"(x: f32[2,4,8,8]) => (y)\nc = {conv}\ny = {affine}", new FoldAffineIntoConv());

        Assert.Equal(1, result.Count);
        Assert.Equal("y", Assert.Single(model.Graph.Nodes).Outputs[0]!.Name);
    }

    [Theory]
    [InlineData("s: f32[8]")]
    [InlineData("s: f32[1,6,1,8]")]
    public void Refuses_WhatDiffersWithinAChannel(string constant) =>
        Rewriting.CheckRefused($"(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[6,4,1,1])\ny = Add(c, {constant})", new FoldAffineIntoConv(), "not one number for each of the 6 channels");

    [Fact]
    public void LeavesAlone_WhatOthersReadToo()
    {
        (_, PassResult result) = Rewriting.Check("(x: f32[2,4,8,8]) => (y, c)\nc = Conv(x, w: f32[6,4,1,1])\ny = Mul(c, s: f32[1])", new FoldAffineIntoConv());

        Assert.Equal(0, result.Count);
    }

    [Fact]
    public void LeavesAlone_AConstantLessTheResult()
    {
        (_, PassResult result) = Rewriting.Check("(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[6,4,1,1])\ny = Sub(s: f32[1], c)", new FoldAffineIntoConv());

        Assert.Equal(0, result.Count);
    }
}
