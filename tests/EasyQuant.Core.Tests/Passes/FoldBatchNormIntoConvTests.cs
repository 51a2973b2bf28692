using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class FoldBatchNormIntoConvTests
{
    private const string Norm = "BatchNormalization(c, gamma: f32[4], beta: f32[4], mean: f32[4], var: f32[4]{0.2..2})";

    [Theory]
    [InlineData("Conv<pads=[1,1,1,1]>(x, w: f32[4,4,3,3])")]
    [InlineData("Conv(x, w: f32[4,4,3,3], b: f32[4])")]
    [InlineData("Conv<group=2, strides=[2,2]>(x, w: f32[4,2,3,3])")]
    [InlineData("Conv<group=4>(x, w: f32[4,1,3,3], b: f32[4])")]
    [InlineData("ConvTranspose<strides=[2,2]>(x, w: f32[4,4,3,3])")]
    public void FoldsBatchNorm_IntoConv(string conv)
    {
        (Model model, PassResult result) = Rewriting.Check($"(x: f32[2,4,8,8]) => (y)\nc = {conv}\ny = {Norm}", new FoldBatchNormIntoConv());

        Assert.Equal(1, result.Count);
        Node folded = Assert.Single(model.Graph.Nodes);
        Assert.Equal("y", folded.Outputs[0]!.Name);
        Assert.Equal(3, folded.Inputs.Count);
    }

    [Fact]
    public void Folds_AnySettingsOfConvAndNorm()
    {
        Random random = new(7);
        for (int round = 0; round < 40; round++)
        {
            int groups = random.Next(1, 4);
            int outputs = groups * random.Next(1, 4);
            int inside = random.Next(1, 4);
            int kernel = random.Next(1, 4);
            int pad = random.Next(0, 2);
            string bias = random.Next(2) == 0 ? "" : $", b: f32[{outputs}]";
            string epsilon = random.Next(2) == 0 ? "" : "<epsilon=0.01>";
            string text = $"""
                (x: f32[N,{groups * inside},7,7]) => (z)
                c = Conv<group={groups}, pads=[{pad},{pad},{pad},{pad}], strides=[{random.Next(1, 3)},1]>(x, w: f32[{outputs},{inside},{kernel},{kernel}]{bias})
                y = BatchNormalization{epsilon}(c, g: f32[{outputs}], s: f32[{outputs}], m: f32[{outputs}], v: f32[{outputs}]{"{0.01..3}"})
                z = Neg(y)
                """;

            (_, PassResult result) = Rewriting.Check(text, new FoldBatchNormIntoConv(), seed: round);
            Assert.Equal(1, result.Count);
        }
    }

    [Fact]
    public void Stops_AtTheMaximumNumberOfRewrites()
    {
        Model model = GraphText.Parse($"(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[4,4,3,3])\ny = {Norm}");

        Assert.Equal(0, new FoldBatchNormIntoConv().Apply(model, maximumRewrites: 0).Count);
        Assert.Equal(2, model.Graph.Nodes.Count);
    }

    [Theory]
    [InlineData("(x: f32[2,4,8,8]) => (y, z)\nc = Conv(x, w: f32[4,4,3,3])\ny = @\nz = Relu(c)", "has 2 readers")]
    [InlineData("(x: f32[2,4,8,8]) => (y, c)\nc = Conv(x, w: f32[4,4,3,3])\ny = @", "is an output of the graph")]
    [InlineData("(x: f32[2,4,8,8]) => (y, z)\nc = Conv(x, w: f32[4,4,3,3])\ny = @\nz = Conv(x, w)", "weight 'w' of Conv computing 'c' is shared")]
    [InlineData("(x: f32[2,4,8,8], w: f32[4,4,3,3]) => (y)\nc = Conv(x, w)\ny = @", "not constant")]
    [InlineData("(x: f32[2,4,8,8], w: f32[4,4,3,3]{0..1}) => (y)\nc = Conv(x, w)\ny = @", "not constant")]
    [InlineData("(x: f32[2,4,8,8], b: f32[4]) => (y)\nc = Conv(x, w: f32[4,4,3,3], b)\ny = @", "not constant")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nc = ConvTranspose<group=2>(x, w: f32[4,2,3,3])\ny = @", "transposed convolution of several groups")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[5,4,3,3])\ny = @", "has 4 channels")]
    [InlineData("(x: f16[2,4,8,8]) => (y)\nc = Conv(x, w: f16[4,4,3,3])\ny = @", "expected f32")]
    [InlineData("(x: f32[2,4,8,8], m: f32[4]) => (y)\nc = Conv(x, w: f32[4,4,3,3])\ny = BatchNormalization(c, f32[4], f32[4], m, f32[4]{1..2})", "its mean is not constant")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[4,4,3,3])\ny = BatchNormalization(c, f32[4], f32[4], f32[3], f32[4]{1..2})", "different lengths")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[4,4,3,3])\ny = BatchNormalization(c, f32[4], f32[4], f32[4], f16[4]{1..2})", "only f32 vectors")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[4,4,3,3])\ny = BatchNormalization(c, f32[4], f32[4], f32[4], f32[4]{-2..-1})", "no finite factor")]
    [InlineData("(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[4,4,3,3])\ny, m, v = BatchNormalization<training_mode=1>(c, f32[4], f32[4], f32[4], f32[4]{1..2})", "training mode")]
    public void Refuses_AndSaysWhy(string text, string reason) =>
        Rewriting.CheckRefused(text.Replace("@", Norm, StringComparison.Ordinal), new FoldBatchNormIntoConv(), reason);

    [Fact]
    public void Refuses_NormalizationOfEveryPosition() => Rewriting.CheckRefused(
        "(x: f32[2,4,8,8]) => (y)\nc = Conv(x, w: f32[4,4,3,3])\ny = BatchNormalization<spatial=0>(c, f32[4], f32[4], f32[4], f32[4]{1..2})",
        new FoldBatchNormIntoConv(),
        "spatial = 0",
        opset: 8);

    [Fact]
    public void ConstantsListedAsInputs_FoldInOldFiles()
    {
        Model model = GraphText.Parse($"(x: f32[2,4,8,8], w: f32[4,4,3,3]{{0..1}}) => (y)\nc = Conv(x, w)\ny = {Norm}");
        model.IrVersion = 3;

        Assert.Equal(1, new FoldBatchNormIntoConv().Apply(model).Count);
        GraphVerifier.Verify(model);
        Assert.Equal("x", Assert.Single(model.Graph.RequiredInputs).Name);
    }
}
