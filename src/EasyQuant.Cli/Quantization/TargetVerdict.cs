using System.Text.Json.Serialization;

namespace EasyQuant.Cli.Quantization;

/// <summary>What became of a target; part of the JSON document of <c>quantize</c>.</summary>
/// <param name="Reached">Whether it was reached.</param>
/// <param name="Loss">What is lost in a task, where that was measured.</param>
[JsonDerivedType(typeof(TargetOutcome))]
[JsonDerivedType(typeof(BudgetOutcome))]
internal abstract record TargetVerdict(bool Reached, [property: JsonIgnore] LossFinding? Loss)
{
    /// <summary>The verdict in a sentence or two.</summary>
    public string Verdict => $"{(Reached ? "Target reached" : "TARGET MISSED")}: {Findings}";

    /// <summary>What was measured, in a sentence or two.</summary>
    public abstract string Findings { get; }

    /// <summary>The key of the task's figure, as <c>evaluate</c> has it.</summary>
    public string? Metric => Loss?.Kind.Key;

    /// <summary>The figure's unit.</summary>
    public string? Unit => Loss?.Kind.Unit;

    /// <summary>The float model's figure.</summary>
    public double? FloatScore => Loss?.FloatScore;

    /// <summary>Samples that it was measured on, none of which calibrated.</summary>
    public int? Samples => Loss?.Samples;

    /// <summary>What is lost, in the figure's unit.</summary>
    public double? Drop => Loss?.Loss;

    /// <summary>The lower end of its 95 % interval.</summary>
    public double? Low => Loss?.Interval.Low;

    /// <summary>The upper end.</summary>
    public double? High => Loss?.Interval.High;
}
