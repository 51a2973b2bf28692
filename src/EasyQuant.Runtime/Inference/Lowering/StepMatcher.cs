using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>
/// Finds the integer form of what computes a float value from dequantized tensors: an operator, perhaps with a Relu or Clip
/// behind it, perhaps followed by rounding.
/// </summary>
internal sealed class StepMatcher
{
    private readonly Func<Value, QuantizedTensor?> _integerOf;
    private readonly LayerMatching _layers;
    private readonly ProductMatching _products;
    private readonly FunctionMatching _functions;
    private readonly PairMatching _pairs;
    private readonly PoolMatching _pools;
    private readonly MoveMatching _moves;

    /// <summary>A matcher for one graph.</summary>
    /// <param name="opset">The version of the standard operators.</param>
    /// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
    public StepMatcher(int opset, Func<Value, QuantizedTensor?> integerOf)
    {
        ConstantReading constants = new(opset);
        _integerOf = integerOf;
        _layers = new LayerMatching(integerOf, constants);
        _products = new ProductMatching(integerOf);
        _functions = new FunctionMatching(opset, integerOf, constants);
        _pairs = new PairMatching(integerOf);
        _pools = new PoolMatching(integerOf, constants);
        _moves = new MoveMatching(opset, integerOf, constants);
    }

    /// <summary>Whether the node has an integer form even where nobody rounds its result.</summary>
    public bool MayEndInFloat(Node node) => (LayerReading.IsLayer(node) && !IsBiased(node)) || BiasedProduct(node) is not null || _pools.IsGlobalMean(node);

    /// <summary>The quantized MatMul that a node adds a constant to; null where it does something else.</summary>
    public Node? BiasedProduct(Node node) => _layers.BiasedProduct(node) is { } product && !_products.IsProduct(product) ? product : null;

    /// <summary>The step that computes <paramref name="output"/>, the rounded form of <paramref name="value"/>, or why there is none.</summary>
    public (NetworkStep? Step, string Reason) MatchRounded(Value value, QuantizedTensor output)
    {
        // What limits the real limits the integer: rounding keeps the order.
        while (value.Producer is { } activation && RealLimits(activation) is { } limits && value.Uses.Count == 1 && _integerOf(activation.Inputs[0]!) is null)
        {
            output = output with
            {
                Minimum = Math.Max(output.Minimum, Rounding.Of(limits.Lower, output)),
                Maximum = Math.Min(output.Maximum, Rounding.Of(limits.Upper, output)),
            };
            value = activation.Inputs[0]!;
        }

        if (value.Producer is not { } node)
        {
            return (null, "it is an input of the graph");
        }

        if (LayerReading.IsLayer(node) || BiasedProduct(node) is not null)
        {
            return value.Uses.Count > 1 ? (null, $"{node.Label} is read in float as well") : MatchLayer(node, output, null);
        }

        return node.Domain.Length > 0 ? (null, FloatReasons.Of(node)) : node.OpType switch
        {
            "Add" or "Sub" or "Mul" => MatchPairOrFunction(node, value, output),
            "Concat" => MatchConcat(node, output),
            "MaxPool" or "GlobalMaxPool" => _pools.MatchMaximum(node, output),
            "AveragePool" => _pools.MatchMean(node, output),
            _ when _pools.IsGlobalMean(node) => _pools.MatchGlobalMean(node, output, null),
            _ when MoveMatching.IsMover(node) => _moves.Match(value, output),
            _ when FunctionMatching.IsElementwise(node) => _functions.Match(value, output),
            _ => (null, FloatReasons.Of(node)),
        };
    }

    /// <summary>A convolution, matrix product or mean whose result is read in float.</summary>
    public (NetworkStep? Step, string Reason) MatchFloat(Node node) =>
        LayerReading.IsLayer(node) || BiasedProduct(node) is not null ? MatchLayer(node, null, node.Outputs[0]) : _pools.MatchGlobalMean(node, null, node.Outputs[0]);

    /// <summary>A function of one quantized tensor whose result is read in float; null where the node is none.</summary>
    public DequantizeStep? MatchRealFunction(Node node) => FunctionMatching.IsElementwise(node) ? _functions.MatchReal(node.Outputs[0]!) : null;

    private (NetworkStep?, string) MatchLayer(Node node, QuantizedTensor? output, Value? floatOutput) =>
        _products.IsProduct(node) ? _products.Match(node, output, floatOutput) : _layers.Match(node, output, floatOutput);

    // Whether what reads the node's result is nothing but the Add of its bias, which is computed with it.
    private bool IsBiased(Node node) => node.Outputs[0]!.Uses is [{ Node: var reader }] && BiasedProduct(reader) == node;

    private (NetworkStep?, string) MatchPairOrFunction(Node node, Value value, QuantizedTensor output)
    {
        (NetworkStep? pair, string pairReason) = _pairs.Match(node, output);
        if (pair is not null)
        {
            return (pair, "");
        }

        (NetworkStep? function, string reason) = _functions.Match(value, output);
        return (function, function is null ? $"{pairReason}, and {reason}" : "");
    }

    private (NetworkStep?, string) MatchConcat(Node node, QuantizedTensor output)
    {
        QuantizedTensor?[] inputs = [.. node.Inputs.Select(i => _integerOf(i!))];
        int rank = output.Shape.Rank;
        long axis = (node.GetInt("axis", 1) + rank) % Math.Max(rank, 1);
        return rank > 0 && inputs.All(i => i is not null) && axis == (rank == 4 ? 1 : rank - 1)
            ? (new ConcatStep(node.Label, [.. inputs.OfType<QuantizedTensor>()], output), "")
            : (null, "it does not put quantized tensors together along their channels");
    }

    private static (float Lower, float Upper)? RealLimits(Node node)
    {
        if (node.Is("Relu"))
        {
            return (0, float.PositiveInfinity);
        }

        if (!node.Is("Clip"))
        {
            return null;
        }

        return Limit(node, 1, "min", float.NegativeInfinity) is { } lower && Limit(node, 2, "max", float.PositiveInfinity) is { } upper ? (lower, upper) : null;
    }

    private static float? Limit(Node node, int input, string attribute, float absent) => node.InputOrDefault(input) switch
    {
        null => node.GetFloat(attribute, absent),
        { Constant: { Type: DataType.Float32, Count: 1 } constant } => constant.AsSpan<float>()[0],
        _ => null,
    };
}
