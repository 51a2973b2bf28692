namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>A candidate of a search.</summary>
/// <param name="Scale">The step.</param>
/// <param name="Loss">The mean of <c>1 − cos</c> over the samples, or noise over signal: what the search made small.</param>
public readonly record struct CurvePoint(float Scale, double Loss);

/// <summary>The search for the step of a group of tensors.</summary>
/// <param name="Tensor">The group's name.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Present">The step before the search.</param>
/// <param name="Chosen">The step of least loss.</param>
/// <param name="Points">Every candidate, from the smallest step to the largest.</param>
public sealed record TensorSearch(string Tensor, int Round, float Present, float Chosen, IReadOnlyList<CurvePoint> Points);

/// <summary>The search for the weight steps of a layer, a summary of all its output channels.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="ChosenRatios">For each channel the step of least loss over the start step.</param>
/// <param name="Points">Losses at ratios of the step to the start step, from the smallest to the largest.</param>
public sealed record WeightSearch(string Layer, int Round, IReadOnlyList<double> ChosenRatios, IReadOnlyList<ChannelPoint> Points);

/// <summary>The losses of a layer's channels at one ratio of their steps to their start steps.</summary>
/// <param name="Ratio">The ratio.</param>
/// <param name="Lower">A tenth of the channels lose less.</param>
/// <param name="Median">Half of the channels lose less.</param>
/// <param name="Upper">A tenth of the channels lose more.</param>
public readonly record struct ChannelPoint(double Ratio, double Lower, double Median, double Upper);
