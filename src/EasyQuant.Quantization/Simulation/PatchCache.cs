namespace EasyQuant.Quantization.Simulation;

/// <summary>
/// The patches of a layer's segments under one step of its input: kept where all of them fit the budget, else made anew
/// from the quantized inputs each time they are asked for.
/// </summary>
internal sealed class PatchCache
{
    /// <summary>The most bytes of patches that are kept.</summary>
    private const long BudgetBytes = 256L << 20;

    private readonly LayerSegments _segments;
    private readonly IntegerRange _range;
    private readonly byte[][] _quantized;
    private readonly PatchMatrix?[] _kept;
    private readonly bool _keep;

    public PatchCache(LayerSegments segments, byte[][] quantized, IntegerRange range)
    {
        _segments = segments;
        _range = range;
        _quantized = quantized;
        int groups = segments.Layer.Groups;
        _kept = new PatchMatrix?[segments.Count * groups];
        _keep = Enumerable.Range(0, segments.Count).Sum(s => (long)PatchBuilder.ByteLength(segments.Geometries(s)) * groups) <= BudgetBytes;
    }

    /// <summary>The patches of one group of a segment.</summary>
    public PatchMatrix Get(int segment, int group)
    {
        int index = segment * _segments.Layer.Groups + group;
        if (Volatile.Read(ref _kept[index]) is { } kept)
        {
            return kept;
        }

        IReadOnlyList<PatchGeometry> parts = _segments.Geometries(segment);
        PatchMatrix patches = new PatchBuilder().Build(_quantized[segment], parts, group, _range, new byte[PatchBuilder.ByteLength(parts)]);
        if (_keep)
        {
            // Two threads may build the same patches; both are equal, and either may stay.
            Volatile.Write(ref _kept[index], patches);
        }

        return patches;
    }
}
