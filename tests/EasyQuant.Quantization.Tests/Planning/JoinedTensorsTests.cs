using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Tests.Inference;
using Xunit;

namespace EasyQuant.Quantization.Tests.Planning;

/// <summary>What is rounded though no layer reads it.</summary>
public sealed class JoinedTensorsTests
{
    [Fact]
    public void ASumThatIsAveraged_IsRounded_WithItsOperands()
    {
        QdqGraph graph = new();
        Value x = Conv(graph, graph.FloatInput(1, 4, 6, 6)), y = Conv(graph, x);
        Value gated = graph.Call("Mul", [y, graph.Call("Sigmoid", [y])]);
        Value sum = graph.Call("Relu", [graph.Call("Add", [gated, x])]);
        Value mean = graph.Call("GlobalAveragePool", [sum]);

        HashSet<Value> rounded = Rounded(graph.Build(Conv(graph, mean, kernel: 1)));

        Assert.Superset(new HashSet<Value> { x, y, gated, sum, mean }, rounded);
        Assert.DoesNotContain(gated.Producer!.Inputs[1]!, rounded);
    }

    [Fact]
    public void AGateThatScalesMaps_IsRounded()
    {
        QdqGraph graph = new();
        Value x = graph.Call("HardSwish", [Conv(graph, graph.FloatInput(1, 4, 6, 6))]);
        Value gate = graph.Call("HardSigmoid", [Conv(graph, graph.Call("GlobalAveragePool", [x]), kernel: 1)]);
        Value scaled = graph.Call("Mul", [x, gate]);

        Assert.Superset(new HashSet<Value> { x, gate, scaled }, Rounded(graph.Build(Conv(graph, scaled))));
    }

    [Fact]
    public void ASumThatIsNormalized_StaysInFloat()
    {
        QdqGraph graph = new();
        Value x = graph.FloatInput(1, 4, 8);
        Value y = graph.Call("MatMul", [x, graph.Reals(-1, 1, 8, 8)]);
        Value sum = graph.Call("Add", [x, y]);
        Value normalized = graph.Call("LayerNormalization", [sum, graph.Reals(0, 1, 8)]);

        HashSet<Value> rounded = Rounded(graph.Build(graph.Call("MatMul", [normalized, graph.Reals(-1, 1, 8, 8)])));

        Assert.Contains(normalized, rounded);
        Assert.DoesNotContain(sum, rounded);
    }

    [Fact]
    public void ASumThatIsTheResult_StaysInFloat()
    {
        QdqGraph graph = new();
        Value x = Conv(graph, graph.FloatInput(1, 4, 6, 6));
        Value sum = graph.Call("Add", [Conv(graph, x), x]);

        Assert.DoesNotContain(sum, Rounded(graph.Build(sum)));
    }

    private static HashSet<Value> Rounded(Model model) =>
        [.. QuantizationPlanner.Plan(model.Graph, new QuantizationOptions(), []).Groups.SelectMany(g => g.Members)];

    private static Value Conv(QdqGraph graph, Value x, int kernel = 3) =>
        graph.Call("Conv", [x, graph.Reals(-1, 1, 4, 4, kernel, kernel)], ("pads", (long[])[kernel / 2, kernel / 2, kernel / 2, kernel / 2]));
}
