using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Tracing;

/// <summary>How the scales of a run came about, kept where <see cref="QuantizationOptions.KeepTrace"/> asks for it.</summary>
/// <param name="Tensors">Every group of tensors that shares a step.</param>
/// <param name="Weights">The weights of every layer, in the order in which layers are computed.</param>
/// <param name="TensorSearches">Every search for the step of a group, in the order in which they were carried out.</param>
/// <param name="WeightSearches">Every search for the weight steps of a layer, in the order in which they were carried out.</param>
public sealed record QuantizationTrace(
    IReadOnlyList<TensorTrace> Tensors,
    IReadOnlyList<WeightTrace> Weights,
    IReadOnlyList<TensorSearch> TensorSearches,
    IReadOnlyList<WeightSearch> WeightSearches);

/// <summary>A group of tensors that shares a step, in the float network and on its grid.</summary>
/// <param name="Name">What messages call the group.</param>
/// <param name="Readers">The layers that read it; none where it only carries integers between layers.</param>
/// <param name="Grid">The integers; the clipping threshold is the step times their maximum.</param>
/// <param name="Values">The elements of the float network over all samples.</param>
/// <param name="StartScale">The calibrator's step.</param>
/// <param name="Scale">The step that was stored.</param>
public sealed record TensorTrace(string Name, IReadOnlyList<string> Readers, IntegerRange Grid, ValueHistogram Values, float StartScale, float Scale);

/// <summary>The weights of a layer and their steps, one for each output channel.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Grid">The integers; a channel's clipping threshold is its step times their maximum.</param>
/// <param name="Values">The float weights.</param>
/// <param name="StartScales">The steps from the largest magnitudes.</param>
/// <param name="Scales">The steps by which the weights were rounded.</param>
public sealed record WeightTrace(string Layer, IntegerRange Grid, ValueHistogram Values, IReadOnlyList<float> StartScales, IReadOnlyList<float> Scales);
