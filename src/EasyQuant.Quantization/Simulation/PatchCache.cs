namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// The quantized inputs of a layer's segments under one step: kept where all of them fit the budget, else made anew each
/// time they are asked for.
/// </summary>
internal sealed class PatchCache
{
    /// <summary>The most bytes that are kept.</summary>
    private const long BudgetBytes = 256L << 20;

    private readonly LayerSegments _segments;
    private readonly IntegerRange _range;
    private readonly float _inputScale;
    private readonly PatchImage?[] _kept;
    private readonly bool _keep;

    public PatchCache(LayerSegments segments, float inputScale, IntegerRange range)
    {
        _segments = segments;
        _range = range;
        _inputScale = inputScale;
        _kept = new PatchImage?[segments.Count];
        _keep = Enumerable.Range(0, segments.Count).Sum(s => (long)segments.Layout(s).ByteLength) <= BudgetBytes;
    }

    /// <summary>The inputs of a segment; to be read only.</summary>
    public PatchImage Get(int segment)
    {
        if (Volatile.Read(ref _kept[segment]) is { } kept)
        {
            return kept;
        }

        PatchImage image = new();
        image.Fill(_segments.ReadInput(segment).Span, _segments.Layout(segment), _inputScale, _range);
        if (_keep)
        {
            // Two threads may make the same image; both are equal, and either may stay.
            Volatile.Write(ref _kept[segment], image);
        }

        return image;
    }
}
