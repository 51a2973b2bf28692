using EasyQuant.Graphs;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Evaluation.Tests;

public sealed class ChosenExtentsTests
{
    [Fact]
    public void OpenExtents_AreABatchOfOne_PicturesOf224_AndSixteenOfAnythingElse()
    {
        (IReadOnlyDictionary<string, Shape> shapes, IReadOnlyList<string> assumed) =
            ChosenExtents.None.Resolve(Inputs(("picture", ["N", 3, "H", "W"]), ("ids", ["N", "length"])));

        Assert.Equal(new Shape(1, 3, 224, 224), shapes["picture"]);
        Assert.Equal(new Shape(1, 16), shapes["ids"]);
        Assert.Equal(["H=224", "W=224", "length=16"], assumed);
    }

    [Fact]
    public void OneName_IsOneNumber_InAllInputs()
    {
        ChosenExtents chosen = new(new Dictionary<string, Shape> { ["ids"] = [2, 7] }, new Dictionary<string, int>());

        IReadOnlyDictionary<string, Shape> shapes = chosen.Resolve(Inputs(("mask", ["N", "length"]), ("ids", ["N", "length"]))).Shapes;

        Assert.Equal(new Shape(2, 7), shapes["mask"]);
    }

    [Fact]
    public void ANameThatNoInputHas_IsRefused() => Assert.Contains(
        "'height'", Assert.Throws<ArgumentException>(() => Of("height", 5).Resolve(Inputs(("x", ["N", "H"])))).Message);

    [Fact]
    public void ANameChosenTwiceDifferently_IsRefused()
    {
        ChosenExtents chosen = new(new Dictionary<string, Shape> { ["a"] = [2, 7], ["b"] = [3, 7] }, new Dictionary<string, int>());

        Assert.Contains("'N' is 3", Assert.Throws<ArgumentException>(() => chosen.Resolve(Inputs(("a", ["N", 7]), ("b", ["N", 7])))).Message);
    }

    [Fact]
    public void AShapeThatTheModelRulesOut_IsRefused()
    {
        ChosenExtents chosen = new(new Dictionary<string, Shape> { ["x"] = [1, 4] }, new Dictionary<string, int>());

        Assert.Contains("1x4", Assert.Throws<ArgumentException>(() => chosen.Resolve(Inputs(("x", ["N", 3])))).Message);
    }

    private static ChosenExtents Of(string symbol, int extent) => new(new Dictionary<string, Shape>(), new Dictionary<string, int> { [symbol] = extent });

    private static Graph Inputs(params (string Name, object[] Extents)[] inputs)
    {
        Graph graph = new();
        foreach ((string name, object[] extents) in inputs)
        {
            graph.Inputs.Add(new Value(name, new TensorValueType(DataType.Float32, new SymbolicShape([.. extents.Select(e => e is int n ? new Dimension(n) : new Dimension(null, (string)e))]))));
        }

        return graph;
    }
}
