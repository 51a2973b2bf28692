namespace EasyQuant.Reporting.Methods;

/// <summary>What quantizing one layer alone costs, at one or more widths.</summary>
/// <param name="Measure">What <see cref="SensitivityRow.Drop"/> counts, as in <c>top-1, points</c>; nothing where only the outputs were compared.</param>
/// <param name="Rows">One for each layer and width, in any order.</param>
public sealed record SensitivityTable(string? Measure, IReadOnlyList<SensitivityRow> Rows);

/// <summary>One layer at one width, all others in float.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Bits">The width.</param>
/// <param name="SqnrDb">Signal to noise of the network's output.</param>
/// <param name="Drop">What the task's metric loses, where it was measured.</param>
public sealed record SensitivityRow(string Layer, int Bits, double SqnrDb, double? Drop = null);
