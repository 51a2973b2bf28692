using EasyQuant.Graphs;
using Xunit;

namespace EasyQuant.Core.Tests.Graphs;

public sealed class GraphTextTests
{
    private const string Everything = """
        (x: f32[N,3,8,8], k: i64[1]{2}) => (y, `odd name`)
        shared: f32[2]{1,-0.5}
        c = Conv "stem" <pads=[1,1,1,1], auto_pad="NOTSET">(x, w: f32[4,3,3,3], _)
        a, _ = Split<axis=1>(c, i64[2]{2,2})
        g = com.example::Gelu<alpha=1.0, scales=[1.5,2.0], names=["a","b"], table=u8[2,1]{3,4}>(a)
        y = If(cond: bool[]{1}) # a comment
        `odd name` = Mul(g, shared)
        """;

    [Fact]
    public void Parses_NodesWithTheirParts()
    {
        Model model = GraphText.Parse(Everything, seed: 1, opset: 13);

        Assert.Empty(GraphVerifier.FindViolations(model));
        Assert.Equal(13, model.Opset);
        Assert.Equal(1, model.OpsetImports["com.example"]);
        Node conv = model.Graph.Nodes[0];
        Assert.Equal("stem", conv.Name);
        Assert.Equal([1, 1, 1, 1], conv.GetInts("pads"));
        Assert.Null(conv.Inputs[2]);
        Assert.Equal([4, 3, 3, 3], conv.Inputs[1]!.Constant!.Shape);
        Assert.Equal("Nx3x8x8", model.Graph.Inputs[0].Shape!.ToString());
        Assert.Null(model.Graph.Nodes[1].Outputs[1]);
        Assert.Equal([2L, 2L], model.Graph.Nodes[1].Inputs[1]!.Constant!.AsSpan<long>().ToArray());
        Node gelu = model.Graph.Nodes[2];
        Assert.Equal("com.example", gelu.Domain);
        Assert.Equal(1f, gelu.GetFloat("alpha", 0));
        Assert.Equal([3, 4], gelu.GetTensor("table")!.AsSpan<byte>().ToArray());
        Assert.Equal("odd name", model.Graph.Outputs[1].Name);
        Assert.Equal("k", Assert.Single(model.Graph.Inputs.Except(model.Graph.RequiredInputs)).Name);
    }

    [Fact]
    public void Prints_WhatParsesToTheSameText()
    {
        Model model = GraphText.Parse(Everything, seed: 1);
        string printed = GraphText.Print(model.Graph, int.MaxValue);
        string again = GraphText.Print(GraphText.Parse(printed, seed: 2).Graph, int.MaxValue);

        Assert.Equal(printed, again);
    }

    [Fact]
    public void Prints_LargeConstantsAsTheirBounds()
    {
        Model model = GraphText.Parse("(x: f32[3]) => (y)\ny = Add(x, b: f32[3]{-1,2,0.5})");

        Assert.Equal(
            "(x: f32[3]) => (y)\ny = Add(x, b: f32[3]{-1..2})\n",
            GraphText.Print(model.Graph, maximumElements: 2));
    }

    [Fact]
    public void NestedGraphs_SeeTheValuesAround()
    {
        Model model = GraphText.Parse("""
            (x: f32[2], c: bool[]) => (y)
            h = Relu(x)
            y = If<then_branch={() => (t) t = Neg(h)}, else_branch={() => (e) e = Identity(h)}>(c)
            """);

        Assert.Equal(2, model.Graph.Nodes[0].Outputs[0]!.Uses.Count);
        Assert.Empty(GraphVerifier.FindViolations(model));
        Assert.Equal(
            GraphText.Print(model.Graph),
            GraphText.Print(GraphText.Parse(GraphText.Print(model.Graph)).Graph));
    }

    [Fact]
    public void PseudoRandomElements_DependOnTheSeedAlone()
    {
        const string text = "(x: f32[8]) => (y)\ny = Add(x, b: f32[8]{2..3})";
        float[] first = Elements(text, 1);

        Assert.Equal(first, Elements(text, 1));
        Assert.NotEqual(first, Elements(text, 2));
        Assert.All(first, e => Assert.InRange(e, 2, 3));

        static float[] Elements(string text, int seed) =>
            GraphText.Parse(text, seed).Graph.Initializers[0].Constant!.AsSpan<float>().ToArray();
    }

    [Theory]
    [InlineData("(x: f32[2]) => (y)\ny = Relu(z)", "line 2, column 10: 'z' is not known here")]
    [InlineData("(x: f32[2]) => (y)", "output 'y' is computed by no statement")]
    [InlineData("(x: f32[2]) => (x)\nx = Relu(x)", "'x' is declared twice")]
    [InlineData("(x: f31[2]) => (x)", "is no element type")]
    [InlineData("(x: f32[2]) => (y)\ny = Add(x, b: f32[2]{1})", "the shape takes 2 elements, found 1")]
    [InlineData("(x: f32[2]) => (y)\ny = Add(x, b: i8[2])", "integers need elements")]
    [InlineData("(x: f32[2]) => (y)\ny = Add(x, b: i8[1]{300})", "i8[1]")]
    [InlineData("(x: f32[2]) => (y)\ny = Relu(x", "found the end of the text")]
    [InlineData("(x) => (y) y = Relu \"name(x)", "has no end")]
    [InlineData("(x) => (y) y = Relu(x) %", "'%' begins nothing")]
    [InlineData("(x) => (y) y = Relu<a=[[1]]>(x)", "a list attribute holds no lists")]
    public void Errors_SayWhereAndWhat(string text, string expected)
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => GraphText.Parse(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
