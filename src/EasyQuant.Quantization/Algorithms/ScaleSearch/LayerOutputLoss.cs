using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>The loss of one layer's whole output under a step of its input, with fixed integer weights.</summary>
internal sealed class LayerOutputLoss
{
    private readonly LayerSegments _segments;
    private readonly IntegerRange _range;
    private readonly float[] _weightScales;
    private readonly sbyte[][] _rows;
    private readonly double[] _targetNorms;

    public LayerOutputLoss(LayerSegments segments, IntegerRange range, ScaleTable scales)
    {
        QuantizableLayer layer = segments.Layer;
        _segments = segments;
        _range = range;
        _weightScales = scales.WeightScales(layer);
        _rows = [.. scales.QuantizeWeights(layer).Chunk(layer.RowLength)];
        _targetNorms = [.. segments.TargetNorms.Select(norms => Math.Sqrt(norms.Sum(n => n * n)))];
    }

    /// <summary>How many segments there are.</summary>
    public int Segments => _segments.Count;

    /// <summary><c>1 − cos(O, Ô)</c> over all channels of a segment.</summary>
    public double Compute(int segment, float inputScale)
    {
        QuantizableLayer layer = _segments.Layer;
        IReadOnlyList<PatchGeometry> parts = _segments.Geometries(segment);
        float[] input = _segments.ReadInput(segment);
        byte[] quantized = new byte[input.Length];
        PatchBuilder.Quantize(input, inputScale, _range, quantized);
        byte[] buffer = new byte[PatchBuilder.ByteLength(parts)];
        ReadOnlyMemory<float> target = _segments.ReadTarget(segment);
        (double dot, double squares) = (0, 0);
        for (int group = 0; group < layer.Groups; group++)
        {
            int first = group * layer.ChannelsPerGroup;
            int[] channels = [.. Enumerable.Range(first, layer.ChannelsPerGroup)];
            RowStatistics statistics = RowStatistics.Compute(
                PatchBuilder.Build(quantized, parts, group, _range, buffer), _rows.AsSpan(first, channels.Length).ToArray(), channels, target);
            for (int i = 0; i < channels.Length; i++)
            {
                double scale = _weightScales[channels[i]];
                dot += scale * statistics.Dots[i];
                squares += scale * scale * statistics.Squares[i];
            }
        }

        return CosineObjective.Loss(dot, squares, _targetNorms[segment]);
    }
}
