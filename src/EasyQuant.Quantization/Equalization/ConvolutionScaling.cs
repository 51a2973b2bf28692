using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Equalization;

/// <summary>Changes what a convolution reads or computes by changing its weights and bias. Constants that others may share are replaced, not changed.</summary>
internal static class ConvolutionScaling
{
    /// <summary>Makes it compute <c>(y − Low) / Width</c>, each output channel with its own.</summary>
    public static void ScaleOutputs(Graph graph, Node convolution, IReadOnlyList<InputSpan> spans)
    {
        Tensor weight = convolution.Inputs[1]!.Constant!;
        float[] weights = weight.AsSpan<float>().ToArray();
        float[] bias = convolution.InputOrDefault(2)?.Constant!.AsSpan<float>().ToArray() ?? new float[spans.Count];
        int length = weights.Length / spans.Count;
        for (int channel = 0; channel < spans.Count; channel++)
        {
            (float low, float width) = spans[channel];
            foreach (ref float w in weights.AsSpan(channel * length, length))
            {
                w /= width;
            }

            bias[channel] = (bias[channel] - low) / width;
        }

        Replace(graph, convolution, 1, Tensor.From(weights, weight.Shape));
        Replace(graph, convolution, 2, Tensor.From(bias, [bias.Length]));
    }

    /// <summary>Makes it compute from <c>x / factor</c> what it computed from x, each channel of x with its own.</summary>
    public static void ScaleInputs(Graph graph, ChannelReader reader, float[] factors)
    {
        Tensor weight = reader.Convolution.Inputs[1]!.Constant!;
        float[] weights = weight.AsSpan<float>().ToArray();
        (int inputs, int places) = (weight.Shape[1], weight.Shape[2] * weight.Shape[3]);
        for (int i = 0; i < weight.Shape[0] * inputs; i++)
        {
            int channel = reader.ChannelAt(i / inputs, i % inputs);
            if (channel >= 0 && channel < factors.Length)
            {
                foreach (ref float w in weights.AsSpan(i * places, places))
                {
                    w *= factors[channel];
                }
            }
        }

        Replace(graph, reader.Convolution, 1, Tensor.From(weights, weight.Shape));
    }

    private static void Replace(Graph graph, Node convolution, int index, Tensor tensor)
    {
        string stem = convolution.InputOrDefault(index)?.Name ?? $"{convolution.Outputs[0]!.Name}_bias";
        Value constant = graph.AddConstant(graph.UniqueName(stem), tensor);
        if (index < convolution.Inputs.Count)
        {
            convolution.SetInput(index, constant);
        }
        else
        {
            convolution.AddInput(constant);
        }
    }
}
