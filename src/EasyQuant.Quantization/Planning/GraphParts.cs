using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Lowering;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>A part of a transformer that is more than a layer, and what becomes of it.</summary>
/// <param name="Kind">What it is: <c>layer normalization</c>, <c>GELU</c>, ...</param>
/// <param name="Node">The label of the node that computes its result.</param>
/// <param name="Treatment"><c>integers</c>, <c>table</c> or <c>float</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record GraphPart(string Kind, string Node, string Treatment, string Reason);

/// <summary>Recognizes the parts of transformers in a prepared graph, however they are written.</summary>
public static class GraphParts
{
    private const int MostNodes = 12;
    private const float Tolerance = 2e-3f;

    private static readonly Tensor s_places = Tensor.From([.. Enumerable.Range(-48, 97).Select(i => i / 8f)], [97]);

    /// <summary>The parts, in the order in which they are computed.</summary>
    public static IReadOnlyList<GraphPart> Find(Graph graph, int opset, QuantizationPlan plan)
    {
        HashSet<Node> products = [.. plan.Products];
        return [.. graph.Nodes.Select(n => PartOf(n, opset, plan, products)).OfType<GraphPart>()];
    }

    private static GraphPart? PartOf(Node node, int opset, QuantizationPlan plan, HashSet<Node> products)
    {
        if (products.Contains(node))
        {
            return new GraphPart("product of two tensors", node.Label, "integers", "both factors are rounded to 8 bits");
        }

        if (FloatReasons.KindOf(node) is { } kind)
        {
            return new GraphPart(kind, node.Label, "float", FloatReasons.Of(node));
        }

        if (GeluEndingAt(node, opset) is not { } input)
        {
            return null;
        }

        return plan.GroupOf(input) is not null && node.Outputs[0] is { } result && plan.GroupOf(result) is not null
            ? new GraphPart("GELU", node.Label, "table", "what it reads and what it computes are rounded")
            : new GraphPart("GELU", node.Label, "float", "what it reads or what it computes is not rounded");
    }

    // Whatever is computed from one tensor through an Erf or a Tanh and equals x · Φ(x) at many places is a GELU.
    private static Value? GeluEndingAt(Node node, int opset)
    {
        if (node.Is("Gelu"))
        {
            return node.Inputs[0];
        }

        if (!node.Is("Mul"))
        {
            return null;
        }

        HashSet<Node> inside = [];
        Queue<Node> open = new([node]);
        while (open.TryDequeue(out Node? next))
        {
            if (inside.Count < MostNodes && FunctionMatching.IsElementwise(next) && inside.Add(next))
            {
                foreach (Node producer in next.Inputs.Select(i => i?.Producer).OfType<Node>())
                {
                    open.Enqueue(producer);
                }
            }
        }

        if (!inside.Any(n => n.Is("Erf") || n.Is("Tanh")))
        {
            return null;
        }

        // The tensor may itself be computed element by element: the nearest that makes a GELU of the rest is it.
        return inside.SelectMany(n => n.Inputs).OfType<Value>().Where(v => v.Constant is null).Distinct().FirstOrDefault(x => IsGelu(node, x, opset));
    }

    private static bool IsGelu(Node last, Value input, int opset)
    {
        Dictionary<Value, Tensor> known = new() { [input] = s_places };
        if (Evaluate(last.Outputs[0]!, known, opset, MostNodes) is not { Type: DataType.Float32, Count: 97 } results)
        {
            return false;
        }

        for (int i = 0; i < results.Count; i++)
        {
            double x = s_places.AsSpan<float>()[i];
            double expected = x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            if (!(Math.Abs(results.AsSpan<float>()[i] - expected) <= Tolerance))
            {
                return false;
            }
        }

        return true;
    }

    private static Tensor? Evaluate(Value value, Dictionary<Value, Tensor> known, int opset, int depth)
    {
        if (value.Constant is { } constant)
        {
            return constant.Count == 1 ? constant : null;
        }

        if (known.TryGetValue(value, out Tensor? tensor))
        {
            return tensor;
        }

        if (depth == 0 || value.Producer is not { } node || !FunctionMatching.IsElementwise(node))
        {
            return null;
        }

        Tensor?[] inputs = [.. node.Inputs.Select(i => i is null ? null : Evaluate(i, known, opset, depth - 1))];
        if (inputs.Zip(node.Inputs).Any(p => p.First is null && p.Second is not null))
        {
            return null;
        }

        return known[value] = PlanStep.Once(node, opset, inputs)[0]!;
    }
}
