namespace EasyQuant.Reporting;

/// <summary>A quantization run in short. What is not known is nothing, and is not shown.</summary>
public sealed record ReportSummary
{
    /// <summary>The float model.</summary>
    public required string Model { get; init; }

    /// <summary>The quantized model, where it was written.</summary>
    public string? Output { get; init; }

    /// <summary>How scales were chosen, by the name on the command line.</summary>
    public required string Method { get; init; }

    /// <summary>Bits of the weights.</summary>
    public required int WeightBits { get; init; }

    /// <summary>Bits of the activations.</summary>
    public required int ActivationBits { get; init; }

    /// <summary>How many samples calibrated the model.</summary>
    public required int Samples { get; init; }

    /// <summary>The seed of the draw of samples.</summary>
    public int? Seed { get; init; }

    /// <summary>How pictures became inputs.</summary>
    public string? Preprocess { get; init; }

    /// <summary>The size of the float model's file.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>The size of the quantized model's file.</summary>
    public required long BytesAfter { get; init; }

    /// <summary>Mean cosine of the outputs with the float model's, over the samples.</summary>
    public double Cosine { get; init; } = double.NaN;

    /// <summary>Signal to noise of the outputs in decibels, powers summed over the samples; infinite where nothing differs.</summary>
    public double SqnrDb { get; init; } = double.NaN;

    /// <summary>Percent of the samples where both models put the same class first.</summary>
    public double? Agreement { get; init; }

    /// <summary>Milliseconds of one run of the quantized model in the integer engine.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Milliseconds of one run of the float model in the float executor.</summary>
    public double? FloatLatencyMs { get; init; }

    /// <summary>What was timed on: instruction set and threads.</summary>
    public string? Machine { get; init; }

    /// <summary>Seconds that quantizing took.</summary>
    public double? Seconds { get; init; }

    /// <summary>When the report was made.</summary>
    public DateTimeOffset? Created { get; init; }
}
