using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Tracing;

namespace EasyQuant.Reporting.Layers;

/// <summary>A group of tensors that shares a step: its elements, its clipping thresholds, and how its step was found.</summary>
/// <param name="Name">The group.</param>
/// <param name="Grid">The grid, as in <c>u8</c>, <c>s8</c> or <c>a8-12</c>.</param>
/// <param name="LowestShare">The least integer over the largest magnitude: −1 on symmetric grids, 0 on unsigned ones.</param>
/// <param name="HighestShare">The largest integer over the largest magnitude.</param>
/// <param name="Values">The elements of the float network.</param>
/// <param name="StartThreshold">The largest magnitude that the calibrator leaves.</param>
/// <param name="Threshold">The largest magnitude of the quantized model.</param>
/// <param name="StartScale">The calibrator's step.</param>
/// <param name="Searches">One curve for each round.</param>
public sealed record TensorDetails(
    string Name, string Grid, double LowestShare, double HighestShare, Histogram Values, double StartThreshold, double Threshold, double StartScale, IReadOnlyList<SearchCurve> Searches)
{
    internal static TensorDetails Of(TensorTrace tensor, QuantizationTrace trace) => new(
        tensor.Name, tensor.Grid.ToString(), (double)tensor.Grid.Minimum / tensor.Grid.Largest, (double)tensor.Grid.Maximum / tensor.Grid.Largest, Histogram.Of(tensor.Values), (double)tensor.StartScale * tensor.Grid.Largest, (double)tensor.Scale * tensor.Grid.Largest, tensor.StartScale,
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
