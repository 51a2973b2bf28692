using EasyQuant.Quantization.Planning;

namespace EasyQuant.Cli.Inspection;

/// <summary>What <c>inspect</c> says of a model; the JSON document has this form.</summary>
internal sealed record InspectionReport
{
    public required string Model { get; init; }

    public required long Bytes { get; init; }

    public required string Producer { get; init; }

    public required long IrVersion { get; init; }

    public required IReadOnlyDictionary<string, long> Opsets { get; init; }

    public required IReadOnlyList<InspectedValue> Inputs { get; init; }

    public required IReadOnlyList<InspectedValue> Outputs { get; init; }

    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates for one sample; nothing where the shapes are not known.</summary>
    public required long? Macs { get; init; }

    /// <summary>Percent of the multiply-accumulates in layers that are, or can be, quantized.</summary>
    public required double? IntegerMacsPercent { get; init; }

    /// <summary>What is quantized already; nothing for a float model.</summary>
    public required QuantizedParts? Quantized { get; init; }

    /// <summary>How often each operator is called, the most frequent first.</summary>
    public required IReadOnlyDictionary<string, int> Operators { get; init; }

    public required IReadOnlyList<InspectedLayer> Layers { get; init; }

    /// <summary>The parts of a transformer that are more than a layer; none for a quantized model.</summary>
    public required IReadOnlyList<GraphPart> Parts { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>What could not be found out, and why.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>An input or an output.</summary>
internal sealed record InspectedValue(string Name, string Type);

/// <summary>A convolution or matrix product.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Op">The operator.</param>
/// <param name="Weight">The extents of the weights.</param>
/// <param name="Macs">Multiply-accumulates for one sample.</param>
/// <param name="State"><c>quantized</c>, <c>quantizable</c> or <c>float</c>.</param>
/// <param name="Reason">Why it stays in float.</param>
/// <param name="WeightBits">Bits of quantized weights.</param>
/// <param name="ActivationBits">Bits of a quantized input.</param>
/// <param name="InputScale">The step of a quantized input.</param>
/// <param name="WeightScales">The smallest and the largest step of quantized weights.</param>
internal sealed record InspectedLayer(
    string Name,
    string Op,
    IReadOnlyList<int>? Weight,
    long? Macs,
    string State,
    string? Reason,
    int? WeightBits,
    int? ActivationBits,
    float? InputScale,
    IReadOnlyList<float>? WeightScales);
