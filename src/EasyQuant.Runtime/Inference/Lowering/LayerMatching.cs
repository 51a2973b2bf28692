using EasyQuant.Graphs;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Lowering;

/// <summary>Finds convolutions and matrix products of a quantized tensor with quantized weights.</summary>
/// <param name="integerOf">The tensor that a float value is dequantized from, where it is.</param>
/// <param name="constants">What follows from constants.</param>
internal sealed class LayerMatching(Func<Value, QuantizedTensor?> integerOf, ConstantReading constants)
{
    private readonly LayerReading _layers = new(constants);

    /// <summary>The product that a node adds a constant to, as a MatMul has its bias; null where it does something else.</summary>
    public Node? BiasedProduct(Node node) => _layers.BiasedProduct(node)?.Product;

    /// <summary>The step, with an integer result or a float one, or why there is none.</summary>
    /// <param name="node">The layer, or the Add of a MatMul's bias.</param>
    /// <param name="output">The integer result; null where it is float.</param>
    /// <param name="floatOutput">The float result; null where it is integer.</param>
    public (NetworkStep? Step, string Reason) Match(Node node, QuantizedTensor? output, Value? floatOutput)
    {
        (Node Product, Value Bias)? biased = _layers.BiasedProduct(node);
        node = biased?.Product ?? node;
        Value? bias = biased?.Bias ?? node.InputOrDefault(2);
        if (integerOf(node.Inputs[0]!) is not { } input)
        {
            return (null, "its input is not quantized");
        }

        (LayerWeights? weights, string reason) = _layers.Weights(node, bias, input.Scale);
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
            return input.Shape.Rank is >= 2 and not 4
                ? (new ConvolutionStep(node.Label, input, weights, Window.Single, output, floatOutput), "")
                : (null, $"its input has {input.Shape.Rank} axes; in integers are matrix products over 2, 3 and more than 4");
        }

        Shape? shape = output?.Shape ?? GridReading.StaticShape(node.Outputs[0]!);
        Shape? weightShape = _layers.StoredWeights(node)?.Shape;
        return shape is { } known && weightShape is { Rank: 4 } w && WindowReading.Of(node, input.Shape, known, (w[2], w[3])) is { } window
            ? (new ConvolutionStep(node.Label, input, weights, window, output, floatOutput), "")
            : (null, "it is not a convolution over two axes of known extents");
    }

    // |acc| ≤ 255 · Σ|w| + |b|, and its product with the multiplier is rounded to 32 bits too.
    private static bool SumsFit(LayerWeights weights, QuantizedTensor input, QuantizedTensor? output)
    {
        for (int channel = 0; channel < weights.Channels; channel++)
        {
            double multiplier = output is null ? 0 : (double)input.Scale * weights.Scales[channel] / output.Scale;
            bool Fits(double magnitude) => Math.Abs((double)weights.Bias[channel]) + 255 * magnitude is var most && most < int.MaxValue && most * multiplier < int.MaxValue;

            // Nearly always the largest weights would fit throughout.
            if (!Fits(128.0 * weights.RowLength) && !Fits(Magnitude(weights.Row(channel))))
            {
                return false;
            }
        }

        return true;

        static double Magnitude(ReadOnlySpan<sbyte> row)
        {
            long sum = 0;
            foreach (sbyte weight in row)
            {
                sum += Math.Abs((int)weight);
            }

            return sum;
        }
    }
}
