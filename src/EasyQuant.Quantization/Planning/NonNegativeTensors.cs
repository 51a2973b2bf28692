using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>Tells which tensors can never be negative, from the operators that compute them.</summary>
internal sealed class NonNegativeTensors
{
    private readonly HashSet<Value> _known;

    /// <summary>Follows a graph from inputs that are taken as never negative.</summary>
    public NonNegativeTensors(Graph graph, IReadOnlyCollection<Value> inputs)
    {
        _known = [.. inputs];
        foreach (Node node in graph.Nodes.Where(IsNeverNegative))
        {
            _known.UnionWith(node.Outputs.OfType<Value>());
        }
    }

    /// <summary>Whether no input can make this tensor negative.</summary>
    public bool Contains(Value value) => value.Constant is { Type: DataType.Float32 } constant
        ? !constant.AsSpan<float>().ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon)
        : _known.Contains(value);

    private bool IsNeverNegative(Node node)
    {
        if (node.Domain.Length > 0)
        {
            return false;
        }

        return node.OpType switch
        {
            "Relu" or "Sigmoid" or "HardSigmoid" or "Softmax" or "Exp" or "Abs" or "Sqrt" or "Softplus" or "ReduceL1" or "ReduceL2" => true,
            "Clip" => ClipBounds.Of(node) is { Lower: >= 0 },
            "GlobalAveragePool" or "GlobalMaxPool" or "AveragePool" or "MaxPool" or "ReduceMean" or "ReduceMax" or "ReduceSum"
                => Contains(node.Inputs[0]!),
            "Add" or "Mul" or "Sum" or "Max" => node.Inputs.All(i => Contains(i!)),
            _ when SameScaleOperators.Contains(node) => SameScaleOperators.DataInputs(node).All(Contains),
            _ => false,
        };
    }
}
