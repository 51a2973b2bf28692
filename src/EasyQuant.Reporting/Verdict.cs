namespace EasyQuant.Reporting;

/// <summary>How a run came out.</summary>
public enum VerdictKind
{
    /// <summary>A stated target was met, or the outputs are hardly to be told from the float model's.</summary>
    Good,

    /// <summary>No target was stated, and the outputs differ visibly.</summary>
    Fair,

    /// <summary>A stated target was missed, or the quantized model is far from the float one.</summary>
    Bad,
}

/// <summary>What a run amounts to, in a sentence.</summary>
/// <param name="Kind">Good, fair or bad.</param>
/// <param name="Title">Two or three words.</param>
/// <param name="Text">The sentence.</param>
public sealed record Verdict(VerdictKind Kind, string Title, string Text)
{
    // Networks beyond these lose hardly any accuracy in docs/results.md; below the alarming cosine the command line warns.
    private const double CloseCosine = 0.999;
    private const double CloseAgreement = 96;
    private const double AlarmingCosine = 0.9;

    /// <summary>The verdict on a run with a target.</summary>
    public static Verdict OfTarget(bool met, string text) => new(met ? VerdictKind.Good : VerdictKind.Bad, met ? "Target met" : "Target missed", text);

    /// <summary>The verdict where there is nothing to judge by.</summary>
    public static Verdict NotCompared { get; } = new(VerdictKind.Fair, "Not compared", "The model's first output is not of 32-bit floats, so it was not compared with the float model's.");

    /// <summary>The verdict where no target was stated.</summary>
    /// <param name="cosine">Mean cosine of the outputs with the float model's.</param>
    /// <param name="agreement">Percent of the samples where both models put the same class first, where there are classes.</param>
    public static Verdict OfOutputs(double cosine, double? agreement) => cosine switch
    {
        >= CloseCosine when agreement is not < CloseAgreement =>
            new(VerdictKind.Good, "Close to float", "On the samples of the calibration the quantized model does what the float one does. 'easyquant evaluate' tells what that means for the accuracy."),
        >= AlarmingCosine =>
            new(VerdictKind.Fair, "Differs from float", "On the samples of the calibration the outputs differ visibly from the float model's. 'easyquant evaluate' tells what that means for the accuracy; the layers of lowest SQNR tell where it comes from."),
        _ => new(VerdictKind.Bad, "Far from float", "The quantized model hardly does what the float one does. Check how the samples are prepared; then exclude the layers of lowest SQNR, or use more bits."),
    };
}
