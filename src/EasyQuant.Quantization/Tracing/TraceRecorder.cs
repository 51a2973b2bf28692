using EasyQuant.Quantization.Algorithms.ScaleSearch;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;
using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Tracing;

/// <summary>Remembers the start steps of a run, and describes at its end what they became.</summary>
internal sealed class TraceRecorder
{
    /// <summary>Bins of a histogram: fine enough to show a threshold's place, coarse enough to be drawn.</summary>
    public const int Bins = 96;

    private readonly QuantizationPlan _plan;
    private readonly ScaleTable _scales;
    private readonly IReadOnlyList<ValueHistogram> _distributions;
    private readonly float[] _startGroupScales;
    private readonly float[][] _startWeightScales;

    /// <summary>Begins with the calibrator's steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="scales">The table that the run works on.</param>
    /// <param name="distributions">For each group its elements.</param>
    public TraceRecorder(QuantizationPlan plan, ScaleTable scales, IReadOnlyList<ValueHistogram> distributions)
    {
        _plan = plan;
        _scales = scales;
        _distributions = distributions;
        _startGroupScales = [.. plan.Groups.Select(g => scales[g])];
        _startWeightScales = [.. plan.Layers.Select(l => scales.RoundingScales(l).ToArray())];
    }

    /// <summary>What searches hand their curves to.</summary>
    public SearchTrace Search { get; } = new();

    /// <summary>The trace, with the steps as the table now has them.</summary>
    public QuantizationTrace Finish() => new(
        [.. _plan.Groups.Select(g => new TensorTrace(g.Name, [.. g.Readers.Select(r => r.Name)], g.Range, _distributions[g.Index], _startGroupScales[g.Index], _scales[g]))],
        [.. _plan.Layers.Select((l, i) => new WeightTrace(l.Name, _scales.WeightRange(l), ValueHistogram.Of(l.Rows, Bins), _startWeightScales[i], [.. _scales.RoundingScales(l)]))],
        Search.TensorSearches,
        Search.WeightSearches);
}
