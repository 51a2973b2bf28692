using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>
/// Finds the integer form of what computes a float value from dequantized tensors: an operator, perhaps with a Relu or Clip
/// behind it, perhaps followed by rounding.
/// </summary>
/// <param name="opset">The version of the standard operators.</param>
/// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
internal sealed class StepMatcher(int opset, Func<Value, QuantizedTensor?> integerOf)
{
    // Of one real, with constant parameters.
    private static readonly HashSet<string> Functions =
        ["Relu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "LeakyRelu", "Elu", "Softplus", "Erf", "Gelu", "Mish"];

    /// <summary>The step that computes <paramref name="output"/>, the rounded form of <paramref name="value"/>, or why there is none.</summary>
    public (NetworkStep? Step, string Reason) MatchRounded(Value value, QuantizedTensor output)
    {
        // What limits the real limits the integer: rounding keeps the order.
        while (value.Producer is { } activation && RealLimits(activation) is { } limits && value.Uses.Count == 1 && integerOf(activation.Inputs[0]!) is null)
        {
            output = output with
            {
                Minimum = Math.Max(output.Minimum, Rounded(limits.Lower, output)),
                Maximum = Math.Min(output.Maximum, Rounded(limits.Upper, output)),
            };
            value = activation.Inputs[0]!;
        }

        if (value.Producer is not { } node)
        {
            return (null, "it is an input of the graph");
        }

        if (value.Uses.Count > 1)
        {
            return (null, $"{node.Label} is read in float as well");
        }

        if (LayerReading.IsLayer(node))
        {
            return MatchLayer(node, output, null);
        }

        return node.Domain.Length > 0 ? (null, Unknown(node)) : node.OpType switch
        {
            "Add" => MatchAdd(node, output),
            "Mul" => MatchGate(node, output),
            "Concat" => MatchConcat(node, output),
            "MaxPool" => MatchMaxPool(node, output),
            "GlobalAveragePool" => MatchGlobalAverage(node, output, null),
            "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Identity" or "Dropout" or "Slice" or "Pad" or "Transpose" or "DepthToSpace" or "SpaceToDepth"
                or "Resize" or "Upsample" or "Expand" or "Tile" or "Gather" => MatchMove(node, output),
            _ when Functions.Contains(node.OpType) => MatchTable(node, output),
            _ => (null, Unknown(node)),
        };
    }

    /// <summary>A convolution, matrix product or mean whose result is read in float.</summary>
    public (NetworkStep? Step, string Reason) MatchFloat(Node node) =>
        LayerReading.IsLayer(node) ? MatchLayer(node, null, node.Outputs[0]) : MatchGlobalAverage(node, null, node.Outputs[0]);

    private (NetworkStep?, string) MatchLayer(Node node, QuantizedTensor? output, Value? floatOutput)
    {
        if (integerOf(node.Inputs[0]!) is not { } input)
        {
            return (null, "its input is not quantized");
        }

        (LayerWeights? weights, string reason) = LayerReading.Weights(node, input.Scale);
        if (weights is null)
        {
            return (null, reason);
        }

        if (!SumsFit(weights, input, output))
        {
            return (null, "its sums, or what becomes of them, could exceed 32 bits");
        }

        if (!node.Is("Conv"))
        {
            return input.Shape.Rank == 2
                ? (new ConvolutionStep(node.Label, input, weights, Window.Single, output, floatOutput), "")
                : (null, $"its input has {input.Shape.Rank} axes; matrix products over 2 are in integers");
        }

        Shape? shape = output?.Shape ?? GridReading.StaticShape(node.Outputs[0]!);
        Shape weightShape = node.Inputs[1]!.Producer!.Inputs[0]!.Constant!.Shape;
        return shape is { } known && weightShape.Rank == 4 && WindowReading.Of(node, input.Shape, known, (weightShape[2], weightShape[3])) is { } window
            ? (new ConvolutionStep(node.Label, input, weights, window, output, floatOutput), "")
            : (null, "it is not a convolution over two axes of known extents");
    }

    // |acc| ≤ 255 · Σ|w| + |b|, and its product with the multiplier is rounded to 32 bits too.
    private static bool SumsFit(LayerWeights weights, QuantizedTensor input, QuantizedTensor? output)
    {
        for (int channel = 0; channel < weights.Channels; channel++)
        {
            double most = Math.Abs((double)weights.Bias[channel]);
            foreach (sbyte weight in weights.Row(channel))
            {
                most += 255.0 * Math.Abs((int)weight);
            }

            double multiplier = output is null ? 0 : (double)input.Scale * weights.Scales[channel] / output.Scale;
            if (most >= int.MaxValue || !(most * multiplier < int.MaxValue))
            {
                return false;
            }
        }

        return true;
    }

    private (NetworkStep?, string) MatchAdd(Node node, QuantizedTensor output) =>
        integerOf(node.Inputs[0]!) is { } left && integerOf(node.Inputs[1]!) is { } right && left.Shape == right.Shape
            ? (new AddStep(node.Label, left, right, output), "")
            : (null, "its operands are not both quantized tensors of the same extents");

    private (NetworkStep?, string) MatchConcat(Node node, QuantizedTensor output)
    {
        QuantizedTensor?[] inputs = [.. node.Inputs.Select(i => integerOf(i!))];
        long axis = node.GetInt("axis", 1);
        return output.Shape.Rank is 2 or 4 && inputs.All(i => i is not null) && (axis + output.Shape.Rank) % output.Shape.Rank == 1
            ? (new ConcatStep(node.Label, [.. inputs.OfType<QuantizedTensor>()], output), "")
            : (null, "it does not put quantized tensors together along their channels");
    }

    private (NetworkStep?, string) MatchMaxPool(Node node, QuantizedTensor output) =>
        node.Outputs.Count == 1 && integerOf(node.Inputs[0]!) is { } input && input.SharesGridWith(output)
        && WindowReading.Of(node, input.Shape, output.Shape) is { } window
            ? (new MaxPoolStep(node.Label, input, window, output), "")
            : (null, "its input is not quantized on the grid of its output");

    private (NetworkStep?, string) MatchGlobalAverage(Node node, QuantizedTensor? output, Value? floatOutput) =>
        integerOf(node.Inputs[0]!) is { Shape.Rank: 4 } input
            ? (new GlobalAverageStep(node.Label, input, output, floatOutput), "")
            : (null, "its input is not a quantized image");

    // What an operator does to elements shows when it is given their numbers.
    private (NetworkStep?, string) MatchMove(Node node, QuantizedTensor output)
    {
        const long MostNumbers = 1 << 24;
        if (integerOf(node.Inputs[0]!) is not { } input || input.Shape.ElementCount >= MostNumbers || output.Shape.ElementCount > int.MaxValue)
        {
            return (null, "its input is not quantized, or has more elements than single precision can number");
        }

        if (!MovesOnly(node) || node.Inputs.Skip(1).Any(i => i is { Constant: null }))
        {
            return (null, "it does more than to move elements, or to where is not constant");
        }

        Tensor numbers = Tensor.From([.. Enumerable.Range(1, (int)input.Shape.ElementCount).Select(i => (float)i)], input.Shape);
        Tensor?[] arguments = [numbers, .. node.Inputs.Skip(1).Select(i => i?.Constant)];
        ReadOnlySpan<float> moved = OperatorTable.Create(node, opset).Run(arguments, new OperatorContext(Kernels.Threading.WorkerPool.Inline))[0]!.AsSpan<float>();
        return (new MoveStep(node.Label, input, Array.ConvertAll(moved.ToArray(), n => (int)n), output), "");
    }

    private static bool MovesOnly(Node node) => node.OpType switch
    {
        "Pad" => node.GetString("mode", "constant") != "constant" || (node.InputOrDefault(2) is { } padding
            ? padding.Constant is { Type: DataType.Float32, Count: 1 } value && value.AsSpan<float>()[0] == 0
            : node.GetFloat("value", 0) == 0),
        "Resize" or "Upsample" => node.GetString("mode", "nearest") == "nearest",
        "Gather" => node.Inputs[1]!.Constant is not null,
        _ => node.Outputs.Count == 1,
    };

    private (NetworkStep?, string) MatchTable(Node node, QuantizedTensor output)
    {
        if (integerOf(node.Inputs[0]!) is not { } input)
        {
            return (null, "its input is not quantized");
        }

        return Evaluate(node, Reals(input)) is { } results
            ? (new TableStep(node.Label, input, Table(results, output), output), "")
            : (null, "its parameters are not constants");
    }

    // x · f(x), as SiLU and HardSwish are often written.
    private (NetworkStep?, string) MatchGate(Node node, QuantizedTensor output)
    {
        foreach ((Value? x, Value? gate) in new[] { (node.Inputs[0], node.Inputs[1]), (node.Inputs[1], node.Inputs[0]) })
        {
            if (integerOf(x!) is { } input && gate!.Producer is { } function && Functions.Contains(function.OpType) && function.Inputs[0] == x
                && Evaluate(function, Reals(input)) is { } gates)
            {
                Tensor products = Tensor.From([.. Reals(input).AsSpan<float>().ToArray().Zip(gates.AsSpan<float>().ToArray(), (a, b) => a * b)], [256]);
                return (new TableStep(node.Label, input, Table(products, output), output), "");
            }
        }

        return (null, "its operands are not a quantized tensor and a function of it");
    }

    private static Tensor Reals(QuantizedTensor tensor) =>
        Tensor.From([.. Enumerable.Range(0, 256).Select(q => (q - tensor.ZeroPoint) * tensor.Scale)], [256]);

    private Tensor? Evaluate(Node node, Tensor reals)
    {
        if (node.Inputs.Skip(1).Any(i => i is { Constant: null }))
        {
            return null;
        }

        Tensor?[] arguments = [reals, .. node.Inputs.Skip(1).Select(i => i?.Constant)];
        return OperatorTable.Create(node, opset).Run(arguments, new OperatorContext(Kernels.Threading.WorkerPool.Inline))[0];
    }

    private static byte[] Table(Tensor results, QuantizedTensor output) =>
        [.. results.AsSpan<float>().ToArray().Select(r => (byte)Rounded(r, output))];

    private static string Unknown(Node node) => $"{node.OpType} has no integer form";

    private static int Rounded(float real, QuantizedTensor grid) =>
        QuantizationParameters.Quantize(real, grid.Scale, grid.ZeroPoint, grid.Minimum, grid.Maximum);

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
