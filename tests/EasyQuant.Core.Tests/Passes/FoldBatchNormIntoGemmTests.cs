using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class FoldBatchNormIntoGemmTests
{
    private const string Norm = "BatchNormalization(c, gamma: f32[4], beta: f32[4], mean: f32[4], var: f32[4]{0.2..2})";

    [Theory]
    [InlineData("c = Gemm(x, w: f32[3,4])", 1)]
    [InlineData("c = Gemm<alpha=0.5, beta=2.0, transB=1>(x, w: f32[4,3], b: f32[4])", 1)]
    [InlineData("c = Gemm<beta=2.0>(x, w: f32[3,4], b: f32[1])", 1)]
    [InlineData("c = MatMul(x, w: f32[3,4])", 2)]
    [InlineData("p = MatMul(x, w: f32[3,4])\nc = Add(p, b: f32[4])", 2)]
    [InlineData("p = MatMul(x, w: f32[3,4])\nc = Add(b: f32[], p)", 2)]
    public void FoldsBatchNorm_IntoTheProduct(string product, int nodes)
    {
        (Model model, PassResult result) = Rewriting.Check($"(x: f32[5,3]) => (y)\n{product}\ny = {Norm}", new FoldBatchNormIntoGemm());

        Assert.Equal(1, result.Count);
        Assert.Equal(nodes, model.Graph.Nodes.Count);
        Assert.DoesNotContain(model.Graph.Nodes, n => n.Is("BatchNormalization"));
    }

    [Theory]
    [InlineData("(x: f32[5,3]) => (y, c)\nc = Gemm(x, w: f32[3,4])\ny = @", "is an output of the graph")]
    [InlineData("(x: f32[5,3], w: f32[3,4]) => (y)\nc = Gemm(x, w)\ny = @", "not constant")]
    [InlineData("(x: f32[5,3]) => (y, z)\nc = Gemm(x, w: f32[3,4])\ny = @\nz = MatMul(x, w)", "is shared")]
    [InlineData("(x: f32[5,4,3]) => (y)\nc = MatMul(x, w: f32[3,4])\ny = @", "not known to be a matrix")]
    [InlineData("(x: f32[5,3]) => (y)\nc = Gemm(x, w: f32[3,5])\ny = @", "has 4 channels")]
    [InlineData("(x: f32[4,3]) => (y)\nc = Gemm(x, w: f32[3,4], b: f32[4,1])\ny = @", "one for each of 4 columns")]
    [InlineData("(x: f32[5,3]) => (y)\nc = MatMul(x, w: f16[3,4])\ny = @", "expected an f32 matrix")]
    public void Refuses_AndSaysWhy(string text, string reason) =>
        Rewriting.CheckRefused(text.Replace("@", Norm, StringComparison.Ordinal), new FoldBatchNormIntoGemm(), reason);
}
