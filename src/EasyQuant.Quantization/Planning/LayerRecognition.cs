using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Planning;

/// <summary>Recognises the nodes whose weights and inputs can be quantized, and says why others cannot.</summary>
internal static class LayerRecognition
{
    /// <summary>Whether the node is an operator that quantization is about.</summary>
    public static bool IsCandidate(Node node) => node.Domain.Length == 0 && node.OpType is "Conv" or "Gemm" or "MatMul" or "ConvTranspose";

    /// <summary>The layer, or the reason why the node stays in float.</summary>
    /// <exception cref="InvalidModelException">A weight or bias is not a finite number.</exception>
    public static (QuantizableLayer? Layer, string? Reason) Recognize(Node node)
    {
        if (node.OpType == "ConvTranspose")
        {
            return (null, "transposed convolutions are not quantized");
        }

        if (node.Inputs.Count < 2 || node.Inputs[1] is not { Constant: { } weight } weightValue)
        {
            return (null, "its weight is not a constant");
        }

        if (weight.Type != DataType.Float32)
        {
            return (null, $"its weight is {weight.Type.ShortName()}, not f32");
        }

        if (node.Inputs[0] is not { Constant: null })
        {
            return (null, "its input is a constant");
        }

        Tensor? bias = node.InputOrDefault(2)?.Constant;
        if (node.InputOrDefault(2) is not null && bias is not { Type: DataType.Float32 })
        {
            return (null, "its bias is not an f32 constant");
        }

        (LayerKind kind, int axis, string? reason) = node.OpType switch
        {
            "Conv" => (LayerKind.Convolution, 0, ConvolutionReason(weight)),
            "Gemm" => (LayerKind.Gemm, node.GetInt("transB", 0) != 0 ? 0 : 1, GemmReason(node, weight, bias)),
            _ => (LayerKind.MatMul, 1, weight.Shape.Rank == 2 ? null : $"its weight has {weight.Shape.Rank} dimensions, only matrices are quantized"),
        };
        if (reason is not null)
        {
            return (null, reason);
        }

        RequireFinite(node, weightValue, weight);
        if (bias is not null)
        {
            RequireFinite(node, node.Inputs[2]!, bias);
        }

        int groups = kind == LayerKind.Convolution ? (int)node.GetInt("group", 1) : 1;
        if (groups < 1 || weight.Shape[axis] % groups != 0)
        {
            throw new InvalidModelException($"{node.Label}: weight '{weightValue.Name}' has {weight.Shape[axis]} output channels, which {groups} groups do not divide.");
        }

        QuantizableLayer layer = new(node, kind, weight, bias, axis, groups);
        return bias is not null && bias.Count != layer.Channels
            ? (null, $"its bias has shape {bias.Shape}, expected one number for each of {layer.Channels} output channels")
            : (layer, null);
    }

    private static string? ConvolutionReason(Tensor weight) => weight.Shape.Rank switch
    {
        3 or 4 => weight.Count == 0 ? "its weight is empty" : null,
        _ => $"its weight has {weight.Shape.Rank} dimensions, only 1-D and 2-D convolutions are quantized",
    };

    private static string? GemmReason(Node node, Tensor weight, Tensor? bias)
    {
        if (weight.Shape.Rank != 2)
        {
            return $"its weight has {weight.Shape.Rank} dimensions, expected 2";
        }

        if (node.GetInt("transA", 0) != 0)
        {
            return "it transposes its input";
        }

        return node.GetFloat("alpha", 1) != 1 || (bias is not null && node.GetFloat("beta", 1) != 1)
            ? "alpha or beta is not 1"
            : null;
    }

    private static void RequireFinite(Node node, Value value, Tensor tensor)
    {
        ReadOnlySpan<float> elements = tensor.AsSpan<float>();
        for (int i = 0; i < elements.Length; i++)
        {
            if (!float.IsFinite(elements[i]))
            {
                throw new InvalidModelException(
                    $"{node.Label}: '{value.Name}' ({tensor}) holds {elements[i]} at index {i}; expected finite numbers. Repair the model, or keep this layer in float with --exclude.");
            }
        }
    }
}
