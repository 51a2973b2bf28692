namespace EasyQuant.Quantization.Algorithms.WeightReconstruction;

/// <summary>How <see cref="WeightReconstructionAlgorithm"/> works.</summary>
public sealed record WeightReconstructionOptions
{
    /// <summary>
    /// How strongly the ideal weights are held at those of the model, λ relative to the mean of the inputs' second moments, for each
    /// weight of a row and each position that was seen: <c>λ = IdealDamping · K / N</c>. Without it the weights would learn the samples' noise, where there are
    /// few positions for many weights; where there are many, holding them would keep them from making up for the errors of the layers before. Neighbouring
    /// positions of a picture are alike, so that about this many tell as much as one.
    /// </summary>
    public double IdealDamping { get; init; } = 30;

    /// <summary>
    /// What is added to the diagonal of the measure by which integers are chosen, relative to the same mean; it keeps directions that the
    /// samples hardly show from being free.
    /// </summary>
    public double MeasureDamping { get; init; } = 0.01;

    /// <summary>
    /// How far the measure's products of different inputs are drawn towards zero, 0 to 1: the samples tell the power of an input well, and which
    /// inputs go together less so (O. Ledoit and M. Wolf, 2004). Errors that are made to cancel must then not rely on it as much.
    /// </summary>
    public double MeasureShrinkage { get; init; } = 0.2;

    /// <summary>The steps that are tried for each output channel, relative to the present one.</summary>
    public IReadOnlyList<double> StepFactors { get; init; } = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 1.05, 1.1];

    /// <summary>How often at most integers are sought again with the step fitted to the last ones, as long as the error falls.</summary>
    public int Refinements { get; init; } = 3;

    /// <summary>Whether a channel's bias takes up the mean of what is left.</summary>
    public bool AdjustBiases { get; init; } = true;

    /// <summary>Every property as text; records do not show what is in lists.</summary>
    internal string CacheText => $"{this}, {string.Join(' ', StepFactors)}";
}
