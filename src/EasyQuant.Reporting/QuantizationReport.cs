using EasyQuant.Reporting.Layers;
using EasyQuant.Reporting.Methods;
using EasyQuant.Reporting.Samples;

namespace EasyQuant.Reporting;

/// <summary>Everything that a report shows; what is nothing or empty has no section.</summary>
public sealed record QuantizationReport
{
    /// <summary>The run in short.</summary>
    public required ReportSummary Summary { get; init; }

    /// <summary>What it amounts to, in a sentence.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Every convolution and matrix product, in the order in which they are computed.</summary>
    public required IReadOnlyList<LayerRow> Layers { get; init; }

    /// <summary>Activations: groups of tensors that share a step.</summary>
    public IReadOnlyList<TensorDetails> Tensors { get; init; } = [];

    /// <summary>The samples whose outputs differ most, the worst first.</summary>
    public IReadOnlyList<WorstSample> Samples { get; init; } = [];

    /// <summary>What classes are called, by number.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What each layer costs when it alone is quantized.</summary>
    public SensitivityTable? Sensitivity { get; init; }

    /// <summary>What accuracy is to be had at what latency.</summary>
    public AccuracyFront? Front { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
