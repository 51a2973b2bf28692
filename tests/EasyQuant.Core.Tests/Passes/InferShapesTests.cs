using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class InferShapesTests
{
    [Theory]
    [InlineData("y = Conv<strides=[2,2], pads=[1,1,1,1]>(x, w: f32[8,4,3,3])", "f32[Nx8x4x4]")]
    [InlineData("y = Conv<auto_pad=\"SAME_UPPER\", strides=[3,3]>(x, w: f32[8,4,3,3])", "f32[Nx8x3x3]")]
    [InlineData("y = ConvTranspose<strides=[2,2], group=2>(x, w: f32[4,3,2,2])", "f32[Nx6x16x16]")]
    [InlineData("y = MaxPool<kernel_shape=[3,3], strides=[2,2], ceil_mode=1>(x)", "f32[Nx4x4x4]")]
    [InlineData("y = GlobalAveragePool(x)", "f32[Nx4x1x1]")]
    [InlineData("y = Reshape(x, i64[2]{0,-1})", "f32[Nx256]")]
    [InlineData("y = Reshape(x, i64[2]{-1,256})", "f32[Nx256]")]
    [InlineData("y = Flatten<axis=2>(x)", "f32[?x64]")]
    [InlineData("y = Transpose<perm=[1,0,3,2]>(x)", "f32[4xNx8x8]")]
    [InlineData("y = Add(x, b: f32[2,1,4,1,1])", "f32[2xNx4x8x8]")]
    [InlineData("y = Less(x, b: f32[])", "bool[Nx4x8x8]")]
    [InlineData("y = Concat<axis=1>(x, x)", "f32[Nx8x8x8]")]
    [InlineData("y = Concat<axis=0>(x, x)", "f32[?x4x8x8]")]
    [InlineData("y = Slice(x, i64[1]{-1}, i64[1]{-9}, i64[1]{2}, i64[1]{-3})", "f32[Nx4x3x8]")]
    [InlineData("y, _ = Split<axis=1>(x, i64[2]{1,3})", "f32[Nx1x8x8]")]
    [InlineData("y = Gather<axis=1>(x, i: i64[])", "f32[Nx8x8]", "i: i64[]{2}")]
    [InlineData("y = ReduceMean<axes=[2,3], keepdims=0>(x)", "f32[Nx4]")]
    [InlineData("y = Resize(x, _, f32[4]{1,1,1.5,2})", "f32[Nx4x12x16]")]
    [InlineData("y = Unsqueeze(x, i64[2]{0,-1})", "f32[1xNx4x8x8x1]")]
    [InlineData("y = Cast<to=10>(x)", "f16[Nx4x8x8]")]
    [InlineData("y = QuantizeLinear(x, s: f32[]{1}, z: i8[]{0})", "i8[Nx4x8x8]")]
    [InlineData("y = MatMul(x, w: f32[8,5])", "f32[Nx4x8x5]")]
    [InlineData("y = ArgMax<axis=1, keepdims=0>(x)", "i64[Nx8x8]")]
    public void Infers_OneOperator(string node, string expected, string? constant = null)
    {
        Model model = GraphText.Parse($"(x: f32[N,4,8,8]) => (y)\n{(constant is null ? node : node.Replace("i: i64[]", constant, StringComparison.Ordinal))}");
        new InferShapes().Apply(model);

        Assert.Equal(expected, model.Graph.Outputs[0].Type!.ToString());
    }

    [Fact]
    public void FollowsShapeArithmetic_ToTheReshape()
    {
        Model model = GraphText.Parse("""
            (x: f32[N,4,8,8]) => (y)
            s = Shape(x)
            n = Gather(s, i64[]{0})
            u = Unsqueeze(n, i64[1]{0})
            tail = Slice(s, i64[1]{2}, i64[1]{4})
            doubled = Mul(tail, i64[1]{2})
            t = Concat<axis=0>(u, doubled, i64[1]{-1})
            y = Reshape(x, t)
            """);
        new InferShapes().Apply(model);

        Assert.Equal("f32[Nx16x16x1]", model.Graph.Outputs[0].Type!.ToString());
    }

    [Fact]
    public void WhatFollowsFromTheInputs_ReplacesWhatContradictsIt()
    {
        Model model = GraphText.Parse("(x: f32[N,4]) => (y, z)\ny: f32[1,4] = Relu(x)\nz: f32[N,5] = Neg(x)");
        PassResult result = new InferShapes().Apply(model);

        Assert.Equal("f32[Nx4]", model.Graph.Outputs[0].Type!.ToString());
        Assert.Equal("f32[Nx4]", model.Graph.Outputs[1].Type!.ToString());
        Assert.Contains("is declared f32[Nx5]", Assert.Single(result.Refusals).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_OfTheLargestExtent_AreCountedWithoutOverflow()
    {
        Model model = GraphText.Parse("(x: f32[2147483647]) => (a, b, c)\na, b, c = Split(x)");

        new InferShapes().Apply(model);

        Assert.Equal(["f32[715827883]", "f32[715827883]", "f32[715827881]"], model.Graph.Outputs.Select(o => o.Type?.ToString()));
    }

    [Fact]
    public void UnknownStaysUnknown()
    {
        Model model = GraphText.Parse("(x: f32, s: i64[3]) => (a, b, c, d)\na = Relu(x)\nb = Reshape(x, s)\nc = NonZero(x)\nd = com.example::Any(x)");
        new InferShapes().Apply(model);

        Assert.Equal(["f32[?]", "f32[?x?x?]", "i64[?x?]", null], model.Graph.Outputs.Select(o => o.Type?.ToString()));
    }

    [Fact]
    public void SecondRun_FindsNothingNew()
    {
        Model model = GraphText.Parse("(x: f32[N,4,8,8]) => (y)\nc = Conv(x, w: f32[8,4,3,3])\ny = Relu(c)");

        Assert.Equal(2, new InferShapes().Apply(model).Count);
        Assert.Equal(0, new InferShapes().Apply(model).Count);
    }

    [Fact]
    public void Branches_GiveWhatTheyAgreeOn()
    {
        Model model = GraphText.Parse("""
            (x: f32[N,4], c: bool[]) => (y)
            y = If<then_branch={() => (t) t = Relu(x)}, else_branch={() => (e) e = Concat<axis=1>(x, x)}>(c)
            """);
        new InferShapes().Apply(model);

        Assert.Equal("f32[Nx?]", model.Graph.Outputs[0].Type!.ToString());
    }
}
