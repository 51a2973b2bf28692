using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class SplitTransposedConvolutionsTests
{
    [Theory]
    [InlineData("ConvTranspose<strides=[2,2], kernel_shape=[2,2]>(x, w: f32[4,3,2,2])", 2)]
    [InlineData("ConvTranspose<strides=[3,3]>(x, w: f32[4,5,3,3], b: f32[5])", 3)]
    public void BecomesAConvolutionOfSinglePositions_AndAMove(string transposed, int block)
    {
        (Model model, PassResult result) = Rewriting.Check($"(x: f32[2,4,5,7]) => (y)\ny = {transposed}", new SplitTransposedConvolutions());

        Assert.Equal(1, result.Count);
        Assert.Equal(["Conv", "DepthToSpace"], model.Graph.Nodes.Select(n => n.OpType));
        Assert.Equal(block, model.Graph.Nodes[1].GetInt("blocksize", 0));
    }

    [Fact]
    public void ARelu_StaysBesideTheConvolution()
    {
        (Model model, _) = Rewriting.Check("(x: f32[1,4,5,7]) => (y)\nc = ConvTranspose<strides=[2,2]>(x, w: f32[4,3,2,2])\ny = Relu(c)", new SplitTransposedConvolutions());

        Assert.Equal(["Conv", "Relu", "DepthToSpace"], model.Graph.Nodes.Select(n => n.OpType));
    }

    [Theory]
    [InlineData("ConvTranspose<strides=[2,2]>(x, w: f32[4,3,3,3])")]
    [InlineData("ConvTranspose<strides=[2,2], pads=[1,1,1,1]>(x, w: f32[4,3,2,2])")]
    [InlineData("ConvTranspose<strides=[2,2], group=2>(x, w: f32[4,3,2,2])")]
    [InlineData("ConvTranspose<strides=[2,2], output_padding=[1,1]>(x, w: f32[4,3,2,2])")]
    public void Refuses_WindowsThatDoNotTile(string transposed) =>
        Rewriting.CheckRefused($"(x: f32[1,4,5,7]) => (y)\ny = {transposed}", new SplitTransposedConvolutions(), "its windows overlap");
}
