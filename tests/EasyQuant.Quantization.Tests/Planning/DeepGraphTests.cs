using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Quantization.Tests.Planning;

/// <summary>Graphs deeper than a thread's stack: model files are untrusted input.</summary>
public sealed class DeepGraphTests
{
    private const int Depth = 50_000;

    private readonly Graph _graph = new("deep");
    private readonly Value _input;

    public DeepGraphTests()
    {
        _input = new Value("x", new TensorValueType(DataType.Float32, new SymbolicShape([2, 2])));
        _graph.Inputs.Add(_input);
    }

    [Fact]
    public void ALongChainBehindTheLastLayer_StaysInFloat()
    {
        _graph.Outputs.Add(Chain("Transpose", MatMul(_input)));

        QuantizationPlan plan = Plan();

        Assert.Equal([_input], Assert.Single(plan.Groups).Members);
    }

    [Fact]
    public void ALongChainBetweenLayers_SharesOneStep()
    {
        Value relu = Call("Relu", MatMul(Chain("Transpose", _input)));
        _graph.Outputs.Add(MatMul(Chain("Transpose", relu)));

        QuantizationPlan plan = Plan();

        Assert.Equal([Depth + 1, Depth + 1], plan.Groups.Select(g => g.Members.Count));
        Assert.Equal([true, false], plan.Groups.Select(g => g.Range.Signed));
    }

    [Fact]
    public void ALongChainOfSums_IsKnownNotToBeNegative()
    {
        Value sum = Call("Relu", _input);
        for (int i = 0; i < Depth; i++)
        {
            sum = Call("Add", sum, sum);
        }

        _graph.Outputs.Add(MatMul(sum));

        Assert.False(Assert.Single(Plan().Groups).Range.Signed);
    }

    private QuantizationPlan Plan() => QuantizationPlanner.Plan(_graph, new QuantizationOptions(), []);

    private Value Chain(string opType, Value value)
    {
        for (int i = 0; i < Depth; i++)
        {
            value = Call(opType, value);
        }

        return value;
    }

    private Value MatMul(Value value) =>
        Call("MatMul", value, _graph.AddConstant($"w{_graph.Nodes.Count}", Tensor.From<float>([1, 2, 3, 4], [2, 2])));

    private Value Call(string opType, params Value[] inputs)
    {
        Value output = new($"v{_graph.Nodes.Count}");
        _graph.Add(new Node(opType, inputs, [output]));
        return output;
    }
}
