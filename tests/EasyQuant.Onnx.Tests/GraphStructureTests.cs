using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Onnx.Tests;

public sealed class GraphStructureTests
{
    [Fact]
    public void ReadersOfOneName_ShareOneValue()
    {
        Model model = RoundTrip.Read(Protos.Model(Protos.Node("Relu", ["x"], "h"), Protos.Node("Add", ["h", "x"], "y")));

        Graph graph = model.Graph;
        Assert.Same(graph.Inputs[0], graph.Nodes[0].Inputs[0]);
        Assert.Same(graph.Inputs[0], graph.Nodes[1].Inputs[1]);
        Assert.Same(graph.Nodes[0].Outputs[0], graph.Nodes[1].Inputs[0]);
        Assert.Same(graph.Outputs[0], graph.Nodes[1].Outputs[0]);
        Assert.Equal("f32[scalar]", graph.Inputs[0].Type?.ToString());
    }

    [Fact]
    public void ANestedGraph_ReadsTheValuesAroundIt()
    {
        ModelProto proto = WithBranch(new GraphProto
        {
            Name = "then",
            Node = { Protos.Node("Relu", ["h"], "inner"), Protos.Node("Add", ["inner", "x"], "y") },
            Output = { Protos.Info("y") },
        });

        Model model = RoundTrip.Read(proto);

        Node outer = model.Graph.Nodes[0];
        Graph branch = Assert.Single(model.Graph.Nodes[1].Subgraphs);
        Assert.Same(outer.Outputs[0], branch.Nodes[0].Inputs[0]);
        Assert.Same(model.Graph.Inputs[0], branch.Nodes[1].Inputs[1]);
        Assert.Contains(outer.Outputs[0]!.Uses, use => use.Node == branch.Nodes[0]);
        Assert.NotSame(model.Graph.Outputs[0], branch.Outputs[0]);
        RoundTrip.AssertUnchanged(proto);
    }

    [Fact]
    public void ANestedGraph_MayReturnAValueFromAround() =>
        RoundTrip.AssertUnchanged(WithBranch(new GraphProto { Name = "then", Output = { Protos.Info("h") } }));

    [Fact]
    public void AnInnerName_DoesNotReachOutside()
    {
        ModelProto proto = WithBranch(new GraphProto { Node = { Protos.Node("Relu", ["h"], "inner") }, Output = { Protos.Info("inner") } });
        proto.Graph.Output[0].Name = "inner";

        AssertRefused(proto, "output 'inner'");
    }

    [Fact]
    public void RefusesAName_ThatNothingDefines() =>
        AssertRefused(Protos.Model(Protos.Node("Conv", ["x", "weights"], "y")), "Conv 'the Conv' reads 'weights'");

    [Fact]
    public void RefusesAName_ThatNothingDefines_InANestedGraph() => AssertRefused(
        WithBranch(new GraphProto { Node = { Protos.Node("Relu", ["nowhere"], "inner") }, Output = { Protos.Info("inner") } }),
        "If 'the If': attribute 'then_branch': Relu 'the Relu' reads 'nowhere'");

    [Fact]
    public void RefusesANameDefinedTwice() =>
        AssertRefused(Protos.Model(Protos.Node("Relu", ["x"], "y"), Protos.Node("Neg", ["x"], "y")), "defines 'y' already");

    [Fact]
    public void RefusesANode_WithoutOperator() => AssertRefused(Protos.Model(Protos.Node("", ["x"], "y")), "names no operator");

    [Fact]
    public void RefusesAnAttributeGivenTwice()
    {
        NodeProto node = Protos.Node("LeakyRelu", ["x"], "y");
        AttributeProto alpha = new() { Name = "alpha", Type = AttributeProto.Types.AttributeType.Float, F = 1 };
        node.Attribute.Add([alpha, alpha.Clone()]);

        AssertRefused(Protos.Model(node), "has attribute 'alpha' twice");
    }

    [Fact]
    public void PutsNodesInOrder_WhereTheModelDoesNot()
    {
        NodeProto reader = Protos.Node("If", ["c"], "y");
        reader.Attribute.Add(Protos.Graph("then_branch", new GraphProto { Node = { Protos.Node("Neg", ["late"], "y") }, Output = { Protos.Info("y") } }));
        ModelProto proto = Protos.Model(reader, Protos.Node("Relu", ["c"], "late"), Protos.Node("Cast", ["x"], "c"));

        Model model = RoundTrip.Read(proto);

        Assert.Equal(["Cast", "Relu", "If"], model.Graph.Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void PutsALongReversedChainInOrder()
    {
        const int Length = 50_000;
        NodeProto[] chain = [.. Enumerable.Range(0, Length).Select(i => Protos.Node("Relu", [i == 0 ? "x" : $"v{i}"], i == Length - 1 ? "y" : $"v{i + 1}"))];

        Model model = RoundTrip.Read(Protos.Model([.. chain.Reverse()]));

        Assert.Equal(chain.Select(n => n.Output[0]), model.Graph.Nodes.Select(n => n.Outputs[0]!.Name));
    }

    [Fact]
    public void RefusesACycle() => AssertRefused(
        Protos.Model(Protos.Node("Add", ["x", "b"], "a"), Protos.Node("Neg", ["a"], "b"), Protos.Node("Relu", ["b"], "y")), "no cycles");

    [Fact]
    public void BothSpellingsOfTheStandardDomain_AreOne()
    {
        NodeProto node = Protos.Node("Relu", ["x"], "y");
        node.Domain = "ai.onnx";
        ModelProto proto = Protos.Model(node);
        proto.OpsetImport[0].Domain = "ai.onnx";

        Model model = RoundTrip.Read(proto);

        Assert.True(model.Graph.Nodes[0].Is("Relu"));
        Assert.Equal(17, model.Opset);
        RoundTrip.AssertUnchanged(proto);
    }

    [Fact]
    public void AnInputWithAConstant_IsADefault()
    {
        ModelProto proto = Protos.WithInitializer(Protos.Raw(DataType.Float32, [1], [0, 0, 128, 63]));
        proto.IrVersion = 3;
        proto.Graph.Input.Add(Protos.Info("w", 1));

        Model model = RoundTrip.Read(proto);

        Assert.Same(model.Graph.Initializers[0], model.Graph.Inputs[1]);
        Assert.Equal("x", Assert.Single(model.Graph.RequiredInputs).Name);
        RoundTrip.AssertUnchanged(proto);
    }

    [Fact]
    public void AnAbsentOptionalInput_StaysAbsent()
    {
        ModelProto proto = Protos.Model(Protos.Node("Clip", ["x", "", "x", ""], "y"));

        Model model = RoundTrip.Read(proto);

        Assert.Null(model.Graph.Nodes[0].Inputs[1]);
        RoundTrip.AssertUnchanged(proto);
    }

    private static ModelProto WithBranch(GraphProto branch)
    {
        NodeProto node = Protos.Node("If", ["x"], "y");
        node.Attribute.Add(Protos.Graph("then_branch", branch));
        return Protos.Model(Protos.Node("Neg", ["x"], "h"), node);
    }

    private static void AssertRefused(ModelProto proto, string message)
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => RoundTrip.Read(proto));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
