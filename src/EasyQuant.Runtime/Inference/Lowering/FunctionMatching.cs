using EasyQuant.Graphs;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>
/// Finds what is a function of one quantized tensor, element by element, with whatever operators it is written, and tabulates it:
/// x · sigmoid(x) as well as Mish, a BatchNormalization or a quotient. Where parameters differ from channel to channel,
/// so do the tables.
/// </summary>
/// <param name="opset">The version of the standard operators.</param>
/// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
/// <param name="constants">What follows from constants.</param>
internal sealed class FunctionMatching(int opset, Func<Value, QuantizedTensor?> integerOf, ConstantReading constants)
{
    private const int MostNodes = 32;
    private const int MostChannels = 1 << 14;
    private const int Bytes = 256;

    private static readonly HashSet<string> s_elementwise =
    [
        "Abs", "Neg", "Relu", "Sign", "Shrink", "Exp", "Log", "Sqrt", "Reciprocal", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh",
        "Asinh", "Acosh", "Atanh", "Sigmoid", "Floor", "Ceil", "Round", "Erf", "Softplus", "Softsign", "Mish", "HardSwish", "HardSigmoid", "LeakyRelu",
        "ThresholdedRelu", "Elu", "Selu", "Celu", "Swish", "Gelu", "Clip", "Add", "Sub", "Mul", "Div", "Pow", "PRelu", "Sum", "Max", "Min", "Mean",
        "BatchNormalization", "Identity", "Dropout",
    ];

    /// <summary>Whether the node computes its output element by element.</summary>
    public static bool IsElementwise(Node node) => node.Domain.Length == 0 && s_elementwise.Contains(node.OpType) && node.Outputs.Count > 0 && node.Outputs[0] is not null && node.Outputs.Skip(1).All(o => o is null);

    /// <summary>The table that computes <paramref name="output"/>, the rounded form of <paramref name="value"/>, or why there is none.</summary>
    public (NetworkStep? Step, string Reason) Match(Value value, QuantizedTensor output)
    {
        List<Node> order = [];
        List<Tensor> parameters = [];
        if (FindInput(value, order, parameters) is not { } input)
        {
            return (null, "it is not a function of one quantized tensor and constants");
        }

        int channels = input.Channels;
        string label = value.Producer!.Label;
        if (SlopesOf(value) is { Count: > 1 } slopes)
        {
            SlopeStep step = new(label, input, slopes.AsSpan<float>().ToArray(), output);
            return step.NegativeMultipliers().Append(step.PositiveMultiplier()).All(m => Rounding.Fits(255, m)) ? (step, "") : (null, "its result could exceed 32 bits");
        }

        bool isUniform = parameters.TrueForAll(p => p.Count == 1);
        if (!isUniform && (channels > MostChannels || !parameters.TrueForAll(p => RunsAlongChannels(p, input))))
        {
            return (null, "its parameters differ within a channel");
        }

        Tensor reals = Reals(input, isUniform ? 1 : channels);
        Tensor results = Evaluate(order, value, reals);
        if (results.Shape != reals.Shape)
        {
            return (null, "its parameters do not run along the channels");
        }

        return isUniform
            ? (new TableStep(label, input, [.. results.AsSpan<float>().ToArray().Select(r => (byte)Rounding.Of(r, output))], output), "")
            : (new ChannelTableStep(label, input, TablesOf(results, channels, output), output), "");
    }

    /// <summary>The same where nobody rounds the value: a table of reals; null where there is none.</summary>
    public DequantizeStep? MatchReal(Value value)
    {
        List<Node> order = [];
        List<Tensor> parameters = [];
        return FindInput(value, order, parameters) is { } input && order.Count > 0 && parameters.TrueForAll(p => p.Count == 1)
            && Evaluate(order, value, Reals(input, 1)) is { Type: DataType.Float32, Count: Bytes } results
            ? new DequantizeStep(value.Producer!.Label, input, results.AsSpan<float>().ToArray(), value)
            : null;
    }

    // The one tensor that the expression reads; nodes go to order, constants to parameters.
    private QuantizedTensor? FindInput(Value root, List<Node> order, List<Tensor> parameters)
    {
        QuantizedTensor? input = null;
        HashSet<Value> seen = [];
        return Visit(root) ? input : null;

        bool Visit(Value value)
        {
            if (!seen.Add(value))
            {
                return true;
            }

            if (integerOf(value) is { } tensor)
            {
                input ??= tensor;
                return input == tensor;
            }

            if (constants.Of(value) is { } constant)
            {
                parameters.Add(constant);
                return true;
            }

            if (value.Producer is not { } node || !IsElementwise(node) || order.Count >= MostNodes || !node.Inputs.OfType<Value>().All(Visit))
            {
                return false;
            }

            order.Add(node);
            return true;
        }
    }

    private Tensor? SlopesOf(Value value) =>
        value.Producer is { } node && node.Is("PRelu") && integerOf(node.Inputs[0]!) is { Shape.Rank: 4 } input && constants.Of(node.Inputs[1]!) is { Type: DataType.Float32 } slopes
        && RunsAlongChannels(slopes, input) ? slopes : null;

    // One element for each channel at the axis of channels, or a list of them as BatchNormalization has it.
    private static bool RunsAlongChannels(Tensor parameter, QuantizedTensor input)
    {
        if (parameter.Count == 1)
        {
            return true;
        }

        int rank = Math.Max(input.Shape.Rank, 2);
        int axis = input.Shape.Rank == 4 ? 1 : rank - 1;
        int first = rank - parameter.Shape.Rank;
        return parameter.Count == input.Channels && first >= 0
            && (parameter.Shape.Rank == 1 || (axis >= first && parameter.Shape[axis - first] == input.Channels));
    }

    // Every byte as an image of its own, so that parameters along the channels meet them as in the graph.
    private static Tensor Reals(QuantizedTensor tensor, int channels)
    {
        int rank = Math.Max(tensor.Shape.Rank, 2);
        int[] extents = [.. Enumerable.Repeat(1, rank)];
        extents[0] = Bytes;
        extents[rank == 4 ? 1 : rank - 1] = channels;
        float[] reals = new float[Bytes * channels];
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = (i / channels - tensor.ZeroPoint) * tensor.Scale;
        }

        return Tensor.From(reals, new Shape(extents));
    }

    private Tensor Evaluate(List<Node> order, Value root, Tensor reals)
    {
        Dictionary<Value, Tensor> known = [];
        foreach (Node node in order)
        {
            Tensor?[] arguments = [.. node.Inputs.Select(i => i is null ? null : integerOf(i) is not null ? reals : known.GetValueOrDefault(i) ?? constants.Of(i))];
            Tensor?[] results = PlanStep.Once(node, opset, arguments);
            known[node.Outputs[0]!] = results[0]!;
        }

        return known[root];
    }

    private static byte[] TablesOf(Tensor results, int channels, QuantizedTensor output)
    {
        ReadOnlySpan<float> reals = results.AsSpan<float>();
        byte[] tables = new byte[channels * Bytes];
        for (int i = 0; i < reals.Length; i++)
        {
            tables[i % channels * Bytes + i / channels] = (byte)Rounding.Of(reals[i], output);
        }

        return tables;
    }
}
