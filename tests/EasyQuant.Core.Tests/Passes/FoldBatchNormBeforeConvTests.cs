using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class FoldBatchNormBeforeConvTests
{
    private const string Norm = "BatchNormalization(x, gamma: f32[4], beta: f32[4], mean: f32[4], var: f32[4]{0.2..2})";

    [Theory]
    [InlineData("Conv(h, w: f32[6,4,3,3])")]
    [InlineData("Conv<group=2, strides=[2,2]>(h, w: f32[6,2,3,3], b: f32[6])")]
    [InlineData("Conv<group=4, auto_pad=\"VALID\">(h, w: f32[8,1,3,3])")]
    public void FoldsBatchNorm_IntoTheConvBehindIt(string conv)
    {
        (var model, PassResult result) = Rewriting.Check($"(x: f32[2,4,8,8]) => (y)\nh = {Norm}\ny = {conv}", new FoldBatchNormBeforeConv());

        Assert.Equal(1, result.Count);
        Assert.Single(model.Graph.Nodes);
    }

    [Theory]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nh = @\ny = Conv<pads=[0,0,1,1]>(h, w: f32[6,4,3,3])", "pads with zeros")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nh = @\ny = Conv<auto_pad=\"SAME_UPPER\">(h, w: f32[6,4,3,3])", "pads with zeros")]
    [InlineData("(x: f32[2,4,8,8]) => (y, z)\nh = @\ny = Conv(h, w: f32[6,4,3,3])\nz = Relu(h)", "and by others")]
    [InlineData("(x: f32[2,4,8,8]) => (y, h)\nh = @\ny = Conv(h, w: f32[6,4,3,3])", "is an output of the graph")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nh = @\ny = Conv<group=2>(h, w: f32[6,4,3,3])", "2 groups of 4")]
    public void Refuses_AndSaysWhy(string text, string reason) =>
        Rewriting.CheckRefused(text.Replace("@", Norm, StringComparison.Ordinal), new FoldBatchNormBeforeConv(), reason);
}
