using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class RemoveIdentitiesTests
{
    [Theory]
    [InlineData("Identity(h)")]
    [InlineData("Dropout(h)")]
    [InlineData("Dropout(h, f32[]{0.5}, bool[]{0})")]
    [InlineData("Transpose<perm=[0,1]>(h)")]
    [InlineData("Concat<axis=0>(h)")]
    public void Removes_InTheMiddleAndAtTheOutput(string identity)
    {
        (Model middle, PassResult result) = Rewriting.Check($"(x: f32[2,3]) => (y)\nh = Neg(x)\ni = {identity}\ny = Exp(i)", new RemoveIdentities());
        Assert.Equal(1, result.Count);
        Assert.Equal(2, middle.Graph.Nodes.Count);

        (Model last, _) = Rewriting.Check($"(x: f32[2,3]) => (y, z)\nh = Neg(x)\nz = Exp(h)\ny = {identity}", new RemoveIdentities());
        Assert.Equal(["Neg", "Exp"], last.Graph.Nodes.Select(n => n.OpType));
        Assert.Equal("y", last.Graph.Nodes[0].Outputs[0]!.Name);
    }

    [Theory]
    [InlineData("Reshape(x, i64[2]{2,3})", true)]
    [InlineData("Reshape(x, i64[2]{0,-1})", true)]
    [InlineData("Reshape(x, i64[2]{2,-1})", true)]
    [InlineData("Reshape(x, i64[2]{3,2})", false)]
    [InlineData("Reshape(x, i64[1]{6})", false)]
    [InlineData("Flatten(x)", true)]
    [InlineData("Flatten<axis=0>(x)", false)]
    [InlineData("Cast<to=1>(x)", true)]
    [InlineData("Cast<to=7>(x)", false)]
    [InlineData("Transpose(x)", false)]
    public void Removes_OnlyWhatIsProved(string node, bool removed)
    {
        (_, PassResult result) = Rewriting.Check($"(x: f32[2,3]) => (y)\ni = {node}\ny = Neg(i)", new RemoveIdentities());
        Assert.Equal(removed ? 1 : 0, result.Count);
    }

    [Fact]
    public void KeepsReshape_OfUnknownExtents_UnlessEveryEntryIsCopied()
    {
        Model model = GraphText.Parse("""
            (x: f32[N,3]) => (y, z)
            a = Reshape(x, i64[2]{0,3})
            y = Neg(a)
            b = Reshape(x, i64[2]{0,-1})
            z = Neg(b)
            """);

        Assert.Equal(1, new RemoveIdentities().Apply(model).Count);
        Assert.Equal(["Neg", "Reshape", "Neg"], model.Graph.Nodes.Select(n => n.OpType));
    }

    [Theory]
    [InlineData("(x: f32[2]) => (y)\ny = Identity(x)", "makes 'x' the output 'y'")]
    [InlineData("(x: f32[2]) => (h, y)\nh = Neg(x)\ny = Identity(h)", "are outputs")]
    [InlineData("(x: f32[2], t: bool[]) => (y)\nh = Dropout(x, f32[]{0.5}, t)\ny = Neg(h)", "training mode")]
    [InlineData("(x: f32[2]) => (y, m)\nh, m = Dropout(x)\ny = Neg(h)", "its mask 'm' is read")]
    public void Refuses_AndSaysWhy(string text, string reason) => Rewriting.CheckRefused(text, new RemoveIdentities(), reason);
}
