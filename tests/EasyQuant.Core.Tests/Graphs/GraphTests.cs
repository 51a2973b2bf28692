using EasyQuant.Graphs;
using Xunit;

namespace EasyQuant.Core.Tests.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void Replace_MovesUsesAndTheOutputsName()
    {
        Graph graph = new();
        Value x = new("x");
        Value hidden = new("hidden");
        Value y = new("y");
        graph.Inputs.Add(x);
        Node relu = graph.Add(new Node("Relu", [x], [hidden]));
        Node identity = graph.Add(new Node("Identity", [hidden], [y]));
        graph.Outputs.Add(y);

        graph.Replace(y, hidden);
        graph.Remove(identity);

        Assert.Same(hidden, Assert.Single(graph.Outputs));
        Assert.Equal("y", hidden.Name);
        Assert.Same(relu, hidden.Producer);
        Assert.Empty(hidden.Uses);
    }

    [Fact]
    public void Refuses_TwoProducersOfOneValue()
    {
        Value x = new("x");
        Value y = new("y");
        Node first = new("Relu", [x], [y], "first");

        InvalidModelException error = Assert.Throws<InvalidModelException>(() => new Node("Relu", [x], [y], "second"));
        Assert.Contains(first.Label, error.Message, StringComparison.Ordinal);
    }
}
