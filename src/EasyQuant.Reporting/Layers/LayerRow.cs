namespace EasyQuant.Reporting.Layers;

/// <summary>One convolution or matrix product.</summary>
public sealed record LayerRow
{
    /// <summary>The layer.</summary>
    public required string Name { get; init; }

    /// <summary>The operator.</summary>
    public required string Op { get; init; }

    /// <summary>The extents of the weights, as in <c>64x3x3x3</c>.</summary>
    public string? Shape { get; init; }

    /// <summary>Why it stays in float; nothing for a quantized layer.</summary>
    public string? Reason { get; init; }

    /// <summary>Bits of the weights; nothing where there are none, in a product of two computed tensors.</summary>
    public int? WeightBits { get; init; }

    /// <summary>Bits of the input; of both factors in a product of two computed tensors.</summary>
    public int? ActivationBits { get; init; }

    /// <summary>The step of the input.</summary>
    public double? InputScale { get; init; }

    /// <summary>The smallest step of the weights.</summary>
    public double? SmallestWeightScale { get; init; }

    /// <summary>The largest step of the weights.</summary>
    public double? LargestWeightScale { get; init; }

    /// <summary>Signal to noise of the layer's output in the quantized model against the float one.</summary>
    public double? SqnrDb { get; init; }

    /// <summary>Mean cosine of the same.</summary>
    public double? Cosine { get; init; }

    /// <summary>The search's objective with the start steps.</summary>
    public double? SearchStart { get; init; }

    /// <summary>The search's objective with the steps chosen.</summary>
    public double? SearchEnd { get; init; }

    /// <summary>Multiply-accumulates of one sample.</summary>
    public long? Macs { get; init; }

    /// <summary>Milliseconds of one run in the integer engine.</summary>
    public double? TimeMs { get; init; }

    /// <summary>What computes it there.</summary>
    public string? Kernel { get; init; }

    /// <summary>The place among <see cref="QuantizationReport.Tensors"/> of what the layer reads.</summary>
    public int? Tensor { get; init; }

    /// <summary>The weights, where the run was traced.</summary>
    public WeightDetails? Weights { get; init; }
}

/// <summary>What computes a layer, and how long it takes.</summary>
/// <param name="Label">The layer's node, as messages call it: <c>Conv 'features.3'</c>.</param>
/// <param name="Kernel">What computes it.</param>
/// <param name="Milliseconds">The median of several runs.</param>
public sealed record LayerTime(string Label, string Kernel, double Milliseconds);
