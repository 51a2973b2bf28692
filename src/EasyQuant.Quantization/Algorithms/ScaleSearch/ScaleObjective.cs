namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>What a search of scales makes small.</summary>
public enum ScaleObjective
{
    /// <summary>The paper's: the mean over samples of <c>1 − cos(O, Ô)</c>. Every sample counts the same, however large its outputs are.</summary>
    Cosine,

    /// <summary>
    /// <c>Σ ‖O − Ô‖² / Σ ‖O‖²</c>, sums over samples: the noise whose decibels are the signal-to-noise ratio. Samples count by their power, and an
    /// output of the right direction and the wrong magnitude is an error too.
    /// </summary>
    Sqnr,
}
