using EasyQuant.Graphs;
using EasyQuant.Passes;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class RemoveUnusedNodesTests
{
    [Fact]
    public void Removes_ChainsThatLeadNowhere_WithTheirConstants()
    {
        (Model model, PassResult result) = Rewriting.Check("""
            (x: f32[2], d: f32[2]{1,2}) => (y)
            y = Neg(x)
            a = Add(x, b: f32[2])
            c = Exp(a)
            """, new RemoveUnusedNodes());

        Assert.Equal(3, result.Count);
        Assert.Single(model.Graph.Nodes);
        Assert.Equal("d", Assert.Single(model.Graph.Initializers).Name);
    }
}
