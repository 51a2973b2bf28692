using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Tracing;

namespace EasyQuant.Reporting.Layers;

/// <summary>A group of tensors that shares a step: its elements, its clipping thresholds, and how its step was found.</summary>
/// <param name="Name">The group.</param>
/// <param name="Signed">Whether the grid has negative numbers.</param>
/// <param name="Values">The elements of the float network.</param>
/// <param name="StartThreshold">Where the calibrator clips.</param>
/// <param name="Threshold">Where the quantized model clips.</param>
/// <param name="StartScale">The calibrator's step.</param>
/// <param name="Searches">One curve for each round.</param>
public sealed record TensorDetails(
    string Name, bool Signed, Histogram Values, double StartThreshold, double Threshold, double StartScale, IReadOnlyList<SearchCurve> Searches)
{
    internal static TensorDetails Of(TensorTrace tensor, QuantizationTrace trace) => new(
        tensor.Name, tensor.Grid.Signed, Histogram.Of(tensor.Values), (double)tensor.StartScale * tensor.Grid.Maximum, (double)tensor.Scale * tensor.Grid.Maximum, tensor.StartScale,
        [.. trace.TensorSearches.Where(s => s.Tensor == tensor.Name).Select(s => SearchCurve.Of(s, tensor.StartScale))]);
}

/// <summary>The search of one step: a loss for each candidate.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Present">The step before the search over the start step.</param>
/// <param name="Chosen">The chosen step over the start step.</param>
/// <param name="Ratios">Each candidate over the start step.</param>
/// <param name="Losses">Mean of <c>1 − cos</c>.</param>
public sealed record SearchCurve(int Round, double Present, double Chosen, IReadOnlyList<double> Ratios, IReadOnlyList<double> Losses)
{
    internal static SearchCurve Of(TensorSearch search, double start) => new(
        search.Round, search.Present / start, search.Chosen / start, [.. search.Points.Select(p => p.Scale / start)], [.. search.Points.Select(p => p.Loss)]);
}
