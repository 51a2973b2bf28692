namespace EasyQuant.Cli.Evaluation.Tasks;

/// <summary>One model's line in the result of a task.</summary>
/// <param name="Model">The model.</param>
/// <param name="Kind">How it was quantized.</param>
/// <param name="Bytes">The size of its file.</param>
internal sealed record TaskRow(string Model, ModelKind Kind, long Bytes);
