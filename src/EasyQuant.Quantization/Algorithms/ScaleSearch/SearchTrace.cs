using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Collects the curves of searches. A search that is given one follows every candidate through all samples instead of
/// dropping those that cannot win, which changes no result.
/// </summary>
internal sealed class SearchTrace
{
    /// <summary>The round that searches belong to from now on, from 1.</summary>
    public int Round { get; set; } = 1;

    /// <summary>The curves of groups of tensors.</summary>
    public List<TensorSearch> TensorSearches { get; } = [];

    /// <summary>The curves of weights.</summary>
    public List<WeightSearch> WeightSearches { get; } = [];

    /// <summary>Keeps the candidates of a group's step, the present one first.</summary>
    public void Add(TensorGroup group, IEnumerable<CurvePoint> candidates, float chosen)
    {
        CurvePoint[] points = [.. candidates];
        TensorSearches.Add(new TensorSearch(group.Name, Round, points[0].Scale, chosen, [.. points.OrderBy(p => p.Scale)]));
    }

    /// <summary>Keeps a summary of the candidates of all channels of a layer.</summary>
    public void Add(QuantizableLayer layer, IReadOnlyList<WeightCandidates> channels, IReadOnlyList<float> startScales, int segments) =>
        WeightSearches.Add(ChannelCurves.Summarise(layer.Name, Round, channels, startScales, segments));
}
