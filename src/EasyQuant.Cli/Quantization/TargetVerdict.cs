using System.Text.Json.Serialization;

namespace EasyQuant.Cli.Quantization;

/// <summary>What became of a target; part of the JSON document of <c>quantize</c>.</summary>
/// <param name="Reached">Whether it was reached.</param>
[JsonDerivedType(typeof(TargetOutcome))]
[JsonDerivedType(typeof(BudgetOutcome))]
internal abstract record TargetVerdict(bool Reached)
{
    /// <summary>The verdict in a sentence or two.</summary>
    public string Verdict => $"{(Reached ? "Target reached" : "TARGET MISSED")}: {Findings}";

    /// <summary>What was measured, in a sentence or two.</summary>
    public abstract string Findings { get; }
}
