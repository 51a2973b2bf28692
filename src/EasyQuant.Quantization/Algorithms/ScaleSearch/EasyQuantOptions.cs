namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>Which of the two published forms of EasyQuant runs.</summary>
public enum EasyQuantPreset
{
    /// <summary>The paper: start at the largest magnitudes, search [0.5 S, 2 S].</summary>
    Paper,
    /// <summary>The released code's start and grids: KL thresholds for activations; weight scales only get coarser.</summary>
    Repo,
}

/// <summary>How far and how finely EasyQuant searches.</summary>
public sealed record EasyQuantOptions
{
    /// <summary>Start and grids.</summary>
    public EasyQuantPreset Preset { get; init; } = EasyQuantPreset.Paper;

    /// <summary>What the search makes small; the paper's cosine. Noise is refitted away only with <see cref="FitMagnitudes"/>.</summary>
    public ScaleObjective Objective { get; init; } = ScaleObjective.Cosine;

    /// <summary>
    /// The most sweeps over all weight scales and then all activation scales. The search ends earlier when a sweep changes
    /// no scale. The paper's experiments use one (section 4.1).
    /// </summary>
    public int Rounds { get; init; } = 1;

    /// <summary>
    /// Whether each channel's stored step is refitted to the integers found (<see cref="MagnitudeFit"/>). Not in the paper,
    /// and without influence on any channel's cosine.
    /// </summary>
    public bool FitMagnitudes { get; init; } = true;

    /// <summary>All that a sweep's result depends on, as text: every property but the number of sweeps, for the first ones are the same.</summary>
    internal string CacheText => (this with { Rounds = 1 }).ToString();
}
