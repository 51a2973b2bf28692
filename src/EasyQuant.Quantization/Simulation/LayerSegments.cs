using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// The input and the float output of one layer over all samples, cut into segments: what one cosine is taken over.
/// </summary>
/// <remarks>
/// A segment is one image of one sample. Where images have fewer than <see cref="MinimumPositions"/> output positions, as
/// after global pooling, one segment holds all of one size: a cosine over one number would only tell its sign. (The paper
/// speaks of convolutions with maps only.)
/// </remarks>
internal sealed class LayerSegments
{
    /// <summary>The fewest output positions an image needs to be a segment of its own.</summary>
    public const int MinimumPositions = 16;

    private readonly List<Part[]> _segments;
    private readonly PatchLayout[] _layouts;
    private readonly Dictionary<PatchLayout, int[][]> _offsets;

    public LayerSegments(
        QuantizableLayer layer,
        IReadOnlyList<TensorStore.StoredTensor> inputs,
        IReadOnlyList<TensorStore.StoredTensor> targets,
        WorkerPool workers)
    {
        Layer = layer;
        Workers = workers;
        List<Part> parts = [];
        for (int sample = 0; sample < inputs.Count; sample++)
        {
            (PatchGeometry geometry, int images) = PatchGeometry.Of(layer, inputs[sample].Shape, targets[sample].Shape);
            for (int image = 0; image < images; image++)
            {
                parts.Add(new Part(inputs[sample], targets[sample], image, geometry));
            }
        }

        _segments = parts.All(p => p.Geometry.Positions >= MinimumPositions)
            ? [.. parts.Select(p => new[] { p })]
            : [.. parts.GroupBy(p => p.Geometry.IsMatrix ? default : p.Geometry).Select(g => g.ToArray())];
        Rows = new PatchRows(layer);
        Dictionary<PatchGeometry, PatchLayout> layouts = [];
        _layouts = [.. _segments.Select(s => s is [var single] ? LayoutOf(single.Geometry, layouts) : new PatchLayout([.. s.Select(p => p.Geometry)]))];
        _offsets = _layouts.Distinct().ToDictionary(l => l, l => Enumerable.Range(0, layer.Groups).Select(g => l.Offsets(Rows, g)).ToArray());
        TargetNorms = new double[_segments.Count][];
        workers.For(_segments.Count, i => TargetNorms[i] = ComputeNorms(i));
    }

    /// <summary>The layer.</summary>
    public QuantizableLayer Layer { get; }

    /// <summary>The threads to use.</summary>
    public WorkerPool Workers { get; }

    /// <summary>How many segments there are.</summary>
    public int Count => _segments.Count;

    /// <summary><c>‖O[c]‖</c> of each segment and channel.</summary>
    public double[][] TargetNorms { get; }

    /// <summary>The order of weights for the product kernels.</summary>
    public PatchRows Rows { get; }

    /// <summary>Where the inputs of a segment lie for the product kernels.</summary>
    public PatchLayout Layout(int segment) => _layouts[segment];

    /// <summary>Where a group of the layer finds its patches in that layout.</summary>
    public int[] Offsets(int segment, int group) => _offsets[_layouts[segment]][group];

    /// <summary>Output positions of a segment.</summary>
    public int Positions(int segment) => _segments[segment].Sum(p => p.Geometry.Positions);

    /// <summary>Elements of the layer's input in a segment.</summary>
    public int InputLength(int segment) => _segments[segment].Sum(p => p.Geometry.InputLength);

    /// <summary>The parts of a segment: images whose positions follow each other.</summary>
    public IReadOnlyList<PatchGeometry> Geometries(int segment) => [.. _segments[segment].Select(p => p.Geometry)];

    /// <summary>The layer's input before rounding: the images of the segment one after another.</summary>
    public ReadOnlyMemory<float> ReadInput(int segment)
    {
        if (_segments[segment] is [var single])
        {
            return single.Input.ReadFloats().Slice(single.Image * single.Geometry.InputLength, single.Geometry.InputLength);
        }

        float[] input = new float[InputLength(segment)];
        int offset = 0;
        foreach (Part part in _segments[segment])
        {
            int length = part.Geometry.InputLength;
            part.Input.Read().AsSpan<float>().Slice(part.Image * length, length).CopyTo(input.AsSpan(offset));
            offset += length;
        }

        return input;
    }

    /// <summary>The float output without bias, as [channel][position].</summary>
    public ReadOnlyMemory<float> ReadTarget(int segment)
    {
        Part[] parts = _segments[segment];
        int channels = Layer.Channels;
        if (parts is [{ Geometry.IsMatrix: false } single])
        {
            int length = channels * single.Geometry.Positions;
            return single.Target.ReadFloats().Slice(single.Image * length, length);
        }

        int positions = Positions(segment);
        float[] target = new float[channels * positions];
        int offset = 0;
        foreach (Part part in parts)
        {
            int own = part.Geometry.Positions;
            ReadOnlySpan<float> source = part.Target.Read().AsSpan<float>().Slice(part.Image * channels * own, channels * own);
            for (int channel = 0; channel < channels; channel++)
            {
                Span<float> row = target.AsSpan(channel * positions + offset, own);
                if (part.Geometry.IsMatrix)
                {
                    for (int p = 0; p < own; p++)
                    {
                        row[p] = source[p * channels + channel];
                    }
                }
                else
                {
                    source.Slice(channel * own, own).CopyTo(row);
                }
            }

            offset += own;
        }

        return target;
    }

    private static PatchLayout LayoutOf(PatchGeometry geometry, Dictionary<PatchGeometry, PatchLayout> known)
    {
        if (!known.TryGetValue(geometry, out PatchLayout? layout))
        {
            known[geometry] = layout = new PatchLayout([geometry]);
        }

        return layout;
    }

    private double[] ComputeNorms(int segment)
    {
        ReadOnlySpan<float> target = ReadTarget(segment).Span;
        int positions = Positions(segment);
        double[] norms = new double[Layer.Channels];
        for (int channel = 0; channel < norms.Length; channel++)
        {
            double squares = 0;
            foreach (float element in target.Slice(channel * positions, positions))
            {
                squares += (double)element * element;
            }

            norms[channel] = Math.Sqrt(squares);
        }

        return norms;
    }

    private sealed record Part(TensorStore.StoredTensor Input, TensorStore.StoredTensor Target, int Image, PatchGeometry Geometry);
}
