using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Equalization;

/// <summary>A convolution and the function that is applied to its output element by element, such as x · sigmoid(x).</summary>
/// <param name="Layer">The convolution.</param>
/// <param name="Nodes">The function, in the order of computation.</param>
/// <param name="Output">The function's result: the only value of the region that others read.</param>
internal sealed record ElementwiseRegion(QuantizableLayer Layer, IReadOnlyList<Node> Nodes, Value Output)
{
    /// <summary>What the convolution computes.</summary>
    public Value Input => Layer.Output;

    /// <summary>The functions behind convolutions over pictures. Relu and Clip at zero, which grids absorb, are none.</summary>
    public static IEnumerable<ElementwiseRegion> Find(Graph graph, IReadOnlyList<QuantizableLayer> layers)
    {
        HashSet<Value> outputs = [.. graph.Outputs];
        Dictionary<Node, int> order = graph.Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
        return layers
            .Where(l => l.Kind == LayerKind.Convolution && l.Weight.Shape.Rank == 4 && RoundedResult.Of(l.Output) == l.Output)
            .Select(l => Behind(l, outputs, order)).OfType<ElementwiseRegion>().ToArray();
    }

    /// <summary>The function's value at each x.</summary>
    public float[] Evaluate(float[] x, int opset) => Apply(Tensor.From(x, [1, 1, 1, x.Length]), opset).AsSpan<float>().ToArray();

    /// <summary>The function of each element of a tensor.</summary>
    public Tensor Apply(Tensor x, int opset)
    {
        Dictionary<Value, Tensor> values = new() { [Input] = x };
        foreach (Node node in Nodes)
        {
            values[node.Outputs[0]!] = PlanStep.Once(node, opset, [.. node.Inputs.Select(i => i is null ? null : i.Constant ?? values[i])])[0]!;
        }

        return values[Output];
    }

    private static ElementwiseRegion? Behind(QuantizableLayer layer, HashSet<Value> outputs, Dictionary<Node, int> order)
    {
        HashSet<Value> inside = [layer.Output];
        SortedDictionary<int, Node> nodes = [];
        PriorityQueue<Node, int> reached = new();
        Reach(layer.Output);
        while (reached.TryDequeue(out Node? node, out int position))
        {
            // In the order of computation: whatever of its inputs is in the region is known by now.
            if (!nodes.ContainsKey(position) && FunctionMatching.IsElementwise(node)
                && node.Inputs.All(i => i is null || inside.Contains(i) || i.Constant is { Type: DataType.Float32, Count: 1 }))
            {
                nodes.Add(position, node);
                inside.Add(node.Outputs[0]!);
                Reach(node.Outputs[0]!);
            }
        }

        Value[] read = [.. inside.Where(v => outputs.Contains(v) || v.Uses.Any(u => !nodes.ContainsKey(order[u.Node])))];
        return read is [var output] && output != layer.Output ? new ElementwiseRegion(layer, [.. nodes.Values], output) : null;

        void Reach(Value value)
        {
            foreach (Use use in value.Uses)
            {
                reached.Enqueue(use.Node, order[use.Node]);
            }
        }
    }
}
