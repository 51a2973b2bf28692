using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Core.Tests.Graphs;

public sealed class GraphVerifierTests
{
    private const string Chain = "(x: f32[2]) => (y)\nh = Relu(x)\ny = Add(h, b: f32[2])";

    [Fact]
    public void Accepts_ASoundGraph() => GraphVerifier.Verify(GraphText.Parse(Chain));

    [Fact]
    public void Finds_NodesInTheWrongOrder() =>
        AssertViolation("nothing before it computes", m => m.Graph.Reorder([m.Graph.Nodes[1], m.Graph.Nodes[0]]));

    [Fact]
    public void Finds_OutputsThatNobodyComputes() =>
        AssertViolation("output 'y' of 'graph' is computed by no node", m => m.Graph.Remove(m.Graph.Nodes[1]));

    [Fact]
    public void Finds_TwoValuesOfOneName() =>
        AssertViolation("two values of 'graph' have the name 'x'", m => m.Graph.Nodes[0].Outputs[0]!.Name = "x");

    [Fact]
    public void Finds_ReadersOutsideTheModel() =>
        AssertViolation("which is not in the model", m => _ = new Node("Neg", [m.Graph.Inputs[0]], []));

    [Fact]
    public void Finds_ConstantsThatAreNotAsDeclared() =>
        AssertViolation("is declared f32[2] and holds f32[scalar]", m => m.Graph.Initializers[0].Constant = Tensor.FromScalar(1f));

    private static void AssertViolation(string expected, Action<Model> harm)
    {
        Model model = GraphText.Parse(Chain);
        harm(model);

        Assert.Contains(GraphVerifier.FindViolations(model), v => v.Contains(expected, StringComparison.Ordinal));
        Assert.Throws<InvalidModelException>(() => GraphVerifier.Verify(model));
    }
}
