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
    private readonly ConcurrentBag<Scratch> _idle = [];
    private readonly double[] _targetNorms;

    public LayerOutputLoss(LayerSegments segments, IntegerRange range, ScaleTable scales)
    {
        QuantizableLayer layer = segments.Layer;
        _segments = segments;
        _range = range;
        _weightScales = scales.WeightScales(layer);
        _rows = [.. scales.QuantizeWeights(layer).Chunk(layer.RowLength).Chunk(layer.ChannelsPerGroup).Select(rows => new SignedRows(rows, layer.RowLength))];
        _targetNorms = [.. segments.TargetNorms.Select(norms => Math.Sqrt(norms.Sum(n => n * n)))];
    }

    /// <summary>How many segments there are.</summary>
    public int Segments => _segments.Count;

    /// <summary><c>1 − cos(O, Ô)</c> over all channels of a segment.</summary>
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

        return CosineObjective.Loss(dot, squares, _targetNorms[segment]);
    }

    /// <summary>Of each output channel of a segment, for accumulators without any step: <c>‖acc‖²</c> and <c>⟨acc, O⟩</c>.</summary>
    public RowStatistics ComputeChannels(int segment, float inputScale)
    {
        QuantizableLayer layer = _segments.Layer;
        IReadOnlyList<PatchGeometry> parts = _segments.Geometries(segment);
        Scratch scratch = _idle.TryTake(out Scratch? idle) ? idle : new Scratch();
        ReadOnlySpan<float> input = _segments.ReadInput(segment).Span;
        Span<byte> quantized = scratch.Quantized(input.Length);
        PatchBuilder.Quantize(input, inputScale, _range, quantized);
        byte[] buffer = scratch.Patches(PatchBuilder.ByteLength(parts));
        ReadOnlySpan<float> target = _segments.ReadTarget(segment).Span;
        RowStatistics all = new(new double[layer.Channels], new double[layer.Channels]);
        for (int group = 0; group < layer.Groups; group++)
        {
            int first = group * layer.ChannelsPerGroup;
            int[] channels = [.. Enumerable.Range(first, layer.ChannelsPerGroup)];
            RowStatistics statistics = RowStatistics.Compute(scratch.Builder.Build(quantized, parts, group, _range, buffer), _rows[group], channels, target);
            statistics.Squares.CopyTo(all.Squares, first);
            statistics.Dots.CopyTo(all.Dots, first);
        }

        _idle.Add(scratch);
        return all;
    }

    /// <summary>What one evaluation writes to, kept for the next.</summary>
    private sealed class Scratch
    {
        private byte[] _quantized = [];
        private byte[] _patches = [];

        public PatchBuilder Builder { get; } = new();

        public Span<byte> Quantized(int length) => Grow(ref _quantized, length).AsSpan(0, length);

        public byte[] Patches(int length) => Grow(ref _patches, length);

        private static byte[] Grow(ref byte[] buffer, int length) => buffer = buffer.Length >= length ? buffer : new byte[length];
    }
}
