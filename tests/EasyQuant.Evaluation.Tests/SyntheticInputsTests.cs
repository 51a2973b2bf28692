using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests;

public sealed class SyntheticInputsTests
{
    [Fact]
    public void ASymbolicFirstDimension_IsABatchOfOne() =>
        Assert.Equal(new Shape(1, 3), SyntheticInputs.For(TestModels.Identity(3).Graph)["x"].Shape);

    [Fact]
    public void TheSameSeed_GivesTheSameNumbers() => Assert.Equal(
        SyntheticInputs.For(TestModels.Identity(3).Graph, seed: 4)["x"].AsSpan<float>().ToArray(),
        SyntheticInputs.For(TestModels.Identity(3).Graph, seed: 4)["x"].AsSpan<float>().ToArray());

    [Fact]
    public void AnInputOfUnknownRank_IsRefused_ByName()
    {
        Graph graph = new();
        graph.Inputs.Add(new Value("data", new TensorValueType(DataType.Float32, null)));

        Assert.Contains("'data'", Assert.Throws<InvalidModelException>(() => SyntheticInputs.For(graph)).Message);
    }
}
