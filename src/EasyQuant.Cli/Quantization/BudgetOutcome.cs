using System.Globalization;

namespace EasyQuant.Cli.Quantization;

/// <summary>What a search for the best network within a bound came to.</summary>
/// <param name="TargetLatencyMs">The milliseconds allowed; nothing where the size was bounded.</param>
/// <param name="TargetBytes">The bytes allowed; nothing where the time was bounded.</param>
/// <param name="Reached">Whether the network holds the bound.</param>
/// <param name="Measured">What it takes, in the bound's unit.</param>
/// <param name="MeanBits">Bits of weights and inputs, the mean over all multiply-accumulates; 32 for layers in float.</param>
/// <param name="SqnrDb">Signal to noise of the outputs on the calibration samples.</param>
/// <param name="FloatMs">Median time of the float model, one thread.</param>
/// <param name="QuantizedMs">Median time of the quantized model, one thread.</param>
/// <param name="Loss">What is lost in a task, where one is stated.</param>
/// <param name="Trials">Every network that was tried.</param>
internal sealed record BudgetOutcome(
    double? TargetLatencyMs, double? TargetBytes, bool Reached, double Measured, double MeanBits, double SqnrDb, double FloatMs, double QuantizedMs,
    LossFinding? Loss, IReadOnlyList<BudgetAttempt> Trials)
    : TargetVerdict(Reached, Loss)
{
    /// <inheritdoc/>
    public override string Findings =>
        $"{Amount(Measured, TargetBytes is null)} measured; at most {Amount(TargetBytes ?? TargetLatencyMs!.Value, TargetBytes is null)} were asked for. "
        + $"{MeanBits:0.00} bits in the mean, {FloatMs:0.00} ms in float, {QuantizedMs:0.00} ms quantized (one thread); the outputs have an SQNR of {SqnrDb:0.0} dB on the calibration samples"
        + (Loss is { } loss ? $", and {loss.Sentence}." : ".");

    /// <summary>Milliseconds or bytes for people.</summary>
    public static string Amount(double amount, bool isTime) => isTime ? $"{amount:0.00} ms" : $"{amount.ToString("#,0", CultureInfo.InvariantCulture)} bytes";
}

/// <summary>One network of a search.</summary>
/// <param name="MeanBits">Its bits.</param>
/// <param name="Measured">What it takes.</param>
/// <param name="ExpectedSqnrDb">Signal to noise of the outputs, as expected from each layer alone.</param>
internal sealed record BudgetAttempt(double MeanBits, double Measured, double ExpectedSqnrDb);
