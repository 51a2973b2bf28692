using EasyQuant.Graphs;
using EasyQuant.Quantization.Tracing;

namespace EasyQuant.Quantization;

/// <summary>What a quantization run gives: a standard QDQ model and what is known of each layer.</summary>
/// <param name="Model">The quantized model.</param>
/// <param name="Layers">The quantized layers, in the order in which they are computed.</param>
/// <param name="FloatNodes">Convolutions and matrix products that stayed in float, and why.</param>
/// <param name="Warnings">What the user should know: dead channels, inputs taken as non-negative.</param>
public sealed record QuantizationResult(
    Model Model,
    IReadOnlyList<LayerReport> Layers,
    IReadOnlyList<FloatNode> FloatNodes,
    IReadOnlyList<string> Warnings)
{
    /// <summary>How the scales came about, where the options ask for it.</summary>
    public QuantizationTrace? Trace { get; init; }
}

/// <summary>One quantized layer.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="OpType">The operator.</param>
/// <param name="WeightBits">Bits of the weights.</param>
/// <param name="ActivationBits">Bits of the input.</param>
/// <param name="InputScale">The step of the input.</param>
/// <param name="CosineStart">Objective with the start scales; not a number where the method searches nothing.</param>
/// <param name="CosineEnd">Objective with the scales chosen; not a number where the method searches nothing.</param>
/// <param name="Macs">Multiply-accumulates of one sample.</param>
public sealed record LayerReport(
    string Name,
    string OpType,
    int WeightBits,
    int ActivationBits,
    float InputScale,
    double CosineStart,
    double CosineEnd,
    long Macs);

/// <summary>A node that stayed in float.</summary>
/// <param name="Node">Its label.</param>
/// <param name="Reason">Why.</param>
public sealed record FloatNode(string Node, string Reason);
