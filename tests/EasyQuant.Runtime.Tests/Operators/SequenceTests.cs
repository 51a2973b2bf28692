using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Runtime.Tests.Operators;

public sealed class SequenceTests
{
    [Fact]
    public void AModel_TakesAndGivesSequences()
    {
        Graph graph = new();
        Value list = new("list", new SequenceValueType(new TensorValueType(DataType.Float32)));
        Value tensor = new("x", new TensorValueType(DataType.Float32));
        graph.Inputs.AddRange([list, tensor]);
        Value longer = new("longer");
        Value joined = new("joined");
        graph.Add(new Node("SequenceInsert", [list, tensor, graph.AddConstant("zero", Tensor.FromScalar(0L))], [longer]));
        graph.Add(new Node("ConcatFromSequence", [longer], [joined])).Attributes["axis"] = new IntAttribute(0);
        using GraphExecutor executor = Executor(graph, longer, joined);

        // Large enough for pooled buffers, whose owners are counted.
        Tensor Ramp(float first, int length) => Tensor.From([.. Enumerable.Range(0, length).Select(i => first + i)], [length]);
        Tensor[] given = [Ramp(0, 3000), Ramp(5, 2000)];
        Tensor before = Ramp(-1, 1500);
        IReadOnlyDictionary<string, Tensor> outputs = executor.Run(new Dictionary<string, Tensor> { ["list"] = Tensor.FromElements(given), ["x"] = before });

        Assert.Equal([before, .. given], outputs["longer"].Elements);
        Assert.Equal([1500 + 3000 + 2000], outputs["joined"].Shape);
    }

    [Fact]
    public void ATensor_IsRefused_WhereTheModelDeclaresASequence()
    {
        Graph graph = new();
        Value list = new("list", new SequenceValueType(new TensorValueType(DataType.Float32)));
        graph.Inputs.Add(list);
        Value length = new("length");
        graph.Add(new Node("SequenceLength", [list], [length]));
        using GraphExecutor executor = Executor(graph, length);

        ArgumentException error = Assert.Throws<ArgumentException>(() => executor.Run(new Dictionary<string, Tensor> { ["list"] = Tensor.FromScalar(1f) }));

        Assert.Contains("'list' is f32[scalar], expected sequence(f32[?])", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MappedResults_OutliveTheTurnsThatMadeThem()
    {
        Model model = GraphText.Parse("""
            (x: f32[40,2000]) => (y)
            parts = SplitToSequence<axis=0>(x)
            squares = SequenceMap<body={ (p: f32[1,2000]) => (q)
                q = Mul(p, p) }>(parts)
            y = ConcatFromSequence<axis=0>(squares)
            """, opset: 17);
        using GraphExecutor executor = new(model);
        Tensor x = Execution.SmallModels.Noise(3, [40, 2000]);

        Tensor y = executor.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"];

        Assert.Equal(Array.ConvertAll(x.AsSpan<float>().ToArray(), v => v * v), y.AsSpan<float>().ToArray());
    }

    [Fact]
    public void AScan_GoesBackwards_AndStacksAlongTheAxisAsked()
    {
        Model model = GraphText.Parse("""
            (x: f32[3,4]) => (last, sums)
            last, sums = Scan<num_scan_inputs=1, scan_input_axes=[1], scan_input_directions=[1], scan_output_axes=[1], scan_output_directions=[1], body={ (s: f32[3], v: f32[3]) => (t, u)
                t = Add(s, v)
                u = Identity(t) }>(f32[3]{0.0,0.0,0.0}, x)
            """, opset: 17);
        using GraphExecutor executor = new(model);
        Tensor x = Tensor.From<float>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]);

        IReadOnlyDictionary<string, Tensor> outputs = executor.Run(new Dictionary<string, Tensor> { ["x"] = x });

        Assert.Equal([10f, 26, 42], outputs["last"].AsSpan<float>().ToArray());
        Assert.Equal([10f, 9, 7, 4, 26, 21, 15, 8, 42, 33, 23, 12], outputs["sums"].AsSpan<float>().ToArray());
    }

    private static GraphExecutor Executor(Graph graph, params Value[] outputs)
    {
        graph.Outputs.AddRange(outputs);
        Model model = new(graph);
        model.OpsetImports[""] = 17;
        return new GraphExecutor(model);
    }
}
