using System.Collections.Concurrent;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>The loss of one layer's whole output under a step of its input, with fixed integer weights.</summary>
internal sealed class LayerOutputLoss
{
    private readonly LayerSegments _segments;
    private readonly IntegerRange _range;
    private readonly float[] _weightScales;
    private readonly SignedRows[] _rows;
    private readonly int[] _channels;
    private readonly ConcurrentBag<PatchImage> _idle = [];
    private readonly double[] _targetNorms;
    private readonly ScaleObjective _objective;
    private readonly double _meanPower;

    public LayerOutputLoss(LayerSegments segments, IntegerRange range, ScaleTable scales, ScaleObjective objective = ScaleObjective.Cosine)
    {
        _objective = objective;
        QuantizableLayer layer = segments.Layer;
        _segments = segments;
        _range = range;
        _weightScales = scales.WeightScales(layer);
        _rows = scales.QuantizeRows(layer, segments.Rows);
        _channels = [.. Enumerable.Range(0, layer.Channels)];
        _targetNorms = [.. segments.TargetNorms.Select(norms => Math.Sqrt(norms.Sum(n => n * n)))];
        _meanPower = _targetNorms.Average(n => n * n);
    }

    /// <summary>How many segments there are.</summary>
    public int Segments => _segments.Count;

    /// <summary>Over all channels of a segment <c>1 − cos(O, Ô)</c>, or <c>‖O − Ô‖²</c> over the mean of the segments' <c>‖O‖²</c>.</summary>
    public double Compute(int segment, float inputScale)
    {
        RowStatistics statistics = ComputeChannels(segment, inputScale);
        (double dot, double squares) = (0, 0);
        for (int channel = 0; channel < _weightScales.Length; channel++)
        {
            double scale = _weightScales[channel];
            dot += scale * statistics.Dots[channel];
            squares += scale * scale * statistics.Squares[channel];
        }

        double norm = _targetNorms[segment];
        return _objective == ScaleObjective.Cosine
            ? CosineObjective.Loss(dot, squares, norm)
            : NoiseObjective.Loss(inputScale * dot, (double)inputScale * inputScale * squares, norm * norm, _meanPower);
    }

    /// <summary>Of each output channel of a segment, for accumulators without any step: <c>‖acc‖²</c> and <c>⟨acc, O⟩</c>.</summary>
    public RowStatistics ComputeChannels(int segment, float inputScale)
    {
        QuantizableLayer layer = _segments.Layer;
        PatchImage image = _idle.TryTake(out PatchImage? idle) ? idle : new PatchImage();
        image.Fill(_segments.ReadInput(segment).Span, _segments.Layout(segment), inputScale, _range);
        ReadOnlySpan<float> target = _segments.ReadTarget(segment).Span;
        RowStatistics all = new(new double[layer.Channels], new double[layer.Channels]);
        for (int group = 0; group < layer.Groups; group++)
        {
            int first = group * layer.ChannelsPerGroup;
            IntegerProduct.AccumulateStatistics(
                IntegerProductKernels.Best, image.View(_segments.Offsets(segment, group)), image.ZeroPoint, _rows[group],
                _channels.AsSpan(first, layer.ChannelsPerGroup), target, all.Squares.AsSpan(first), all.Dots.AsSpan(first));
        }

        _idle.Add(image);
        return all;
    }
}
