using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>Tells which tensors can never be negative, from the operators that compute them.</summary>
internal sealed class NonNegativeTensors
{
    private readonly Dictionary<Value, bool> _known;

    /// <summary>Starts from inputs that are taken as never negative.</summary>
    public NonNegativeTensors(IReadOnlyCollection<Value> inputs) => _known = inputs.ToDictionary(i => i, _ => true);

    /// <summary>Whether no input can make this tensor negative.</summary>
    public bool Contains(Value value)
    {
        if (!_known.TryGetValue(value, out bool known))
        {
            // A graph has no cycles; the provisional answer only matters for the depth of the recursion.
            _known[value] = false;
            known = _known[value] = Derive(value);
        }

        return known;
    }

    private bool Derive(Value value)
    {
        if (value.Constant is { Type: DataType.Float32 } constant)
        {
            return !constant.AsSpan<float>().ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon);
        }

        if (value.Producer is not { Domain: "" } node)
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
