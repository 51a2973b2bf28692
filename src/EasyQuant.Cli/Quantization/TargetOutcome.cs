namespace EasyQuant.Cli.Quantization;

/// <summary>What a search for a target came to; part of the JSON document of <c>quantize</c>.</summary>
/// <param name="TargetDrop">What might be lost, in the figure's unit.</param>
/// <param name="Reached">Whether no more is.</param>
/// <param name="Loss">What is lost.</param>
/// <param name="MeanBits">Bits of weights and inputs, the mean over all multiply-accumulates.</param>
/// <param name="FloatMs">Median time of the float model, one thread.</param>
/// <param name="QuantizedMs">Median time of the quantized model, one thread.</param>
/// <param name="Trials">Mean bits and loss of every network that was tried.</param>
internal sealed record TargetOutcome(
    double TargetDrop, bool Reached, LossFinding Loss, double MeanBits, double FloatMs, double QuantizedMs, IReadOnlyList<TargetTrial> Trials)
    : TargetVerdict(Reached, Loss)
{
    /// <inheritdoc/>
    public override string Findings =>
        $"{Loss!.Sentence}; at most {TargetDrop:0.#####} were asked for. "
        + $"{MeanBits:0.00} bits in the mean, {FloatMs:0.00} ms in float, {QuantizedMs:0.00} ms quantized (one thread).";
}

/// <summary>One network of a search.</summary>
/// <param name="MeanBits">Its bits.</param>
/// <param name="Drop">What it lost.</param>
internal sealed record TargetTrial(double MeanBits, double Drop);
