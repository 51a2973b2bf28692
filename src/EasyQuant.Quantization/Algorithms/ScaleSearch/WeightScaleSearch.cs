using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Chooses the weight step of every output channel of a layer: the candidate of the largest mean cosine between the
/// channel's integer output and its float output, all channels in one pass (paper, page 7).
/// </summary>
/// <remarks>
/// <para>The result is that of evaluating every candidate on every segment; two exact shortcuts save most of the work.
/// A channel's losses are never negative, so a candidate whose partial sum exceeds the total of any finished candidate
/// cannot win and is dropped. And candidates that round to the same integers have the same cosine, so one of them, the
/// earliest, stands for all.</para>
/// <para>Ties go to the earlier candidate; the first is the present step, so a search never ends below its start.</para>
/// </remarks>
internal static class WeightScaleSearch
{
    // Candidates that are followed through all segments first, to have a total that others can be measured against.
    private const int Leaders = 2;

    // Enough rows to amortise one pass over a segment's patches, few enough for their packed weights to stay in cache.
    private const int RowsPerBlock = 640;

    /// <summary>Searches and stores the best steps in <paramref name="scales"/>.</summary>
    /// <param name="segments">The layer's inputs and targets.</param>
    /// <param name="inputScale">The step of the layer's input.</param>
    /// <param name="inputRange">The grid of the layer's input.</param>
    /// <param name="scales">The table to read present steps from and to write the best to.</param>
    /// <param name="startScales">The steps the grids are laid around.</param>
    /// <param name="preset">Which grid.</param>
    /// <param name="cancellationToken">Ends the search; the table is then unchanged.</param>
    /// <returns>For each channel the mean loss before and after.</returns>
    public static ScaleSearchOutcome[] Run(
        LayerSegments segments, float inputScale, IntegerRange inputRange, ScaleTable scales, float[] startScales, EasyQuantPreset preset, CancellationToken cancellationToken)
    {
        QuantizableLayer layer = segments.Layer;
        PatchCache patches = new(segments, inputScale, inputRange);
        float[] present = scales.WeightScales(layer);
        Channel[] channels = new Channel[layer.Channels];
        int candidates = ScaleGrid.ForWeights(preset, 1, 1).Length;
        int channelsPerBlock = Math.Max(1, Math.Min(layer.ChannelsPerGroup, RowsPerBlock / candidates));
        int blocksPerGroup = (layer.ChannelsPerGroup + channelsPerBlock - 1) / channelsPerBlock;
        segments.Workers.For(layer.Groups * blocksPerGroup, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int group = block / blocksPerGroup;
            int first = group * layer.ChannelsPerGroup + block % blocksPerGroup * channelsPerBlock;
            int end = Math.Min(first + channelsPerBlock, (group + 1) * layer.ChannelsPerGroup);
            for (int channel = first; channel < end; channel++)
            {
                channels[channel] = new Channel(layer, channel, scales.WeightRange, ScaleGrid.ForWeights(preset, startScales[channel], present[channel]));
            }

            SearchBlock(segments, patches, group, channels.AsSpan(first, end - first).ToArray(), cancellationToken);
        });

        ScaleSearchOutcome[] outcomes = new ScaleSearchOutcome[channels.Length];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            Candidate best = channels[channel].Best();
            present[channel] = best.Scale;
            outcomes[channel] = new ScaleSearchOutcome(channels[channel].Candidates[0].Loss / segments.Count, best.Loss / segments.Count, channels[channel].Candidates.Length);
        }

        return outcomes;
    }

    private static void SearchBlock(LayerSegments segments, PatchCache patches, int group, Channel[] channels, CancellationToken cancellationToken)
    {
        Evaluate(segments, patches, group, 0, [.. channels.SelectMany(c => c.Candidates)]);
        Candidate[] leaders = [.. channels.SelectMany(c => c.Candidates.OrderBy(r => r.Loss).ThenBy(r => r.Order).Take(Leaders).Append(c.Candidates[0])).Distinct()];
        for (int segment = 1; segment < segments.Count; segment++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Evaluate(segments, patches, group, segment, leaders);
        }

        foreach (Channel channel in channels)
        {
            channel.Bound = channel.Candidates.Intersect(leaders).Min(c => c.Loss);
        }

        Dictionary<int, double> bounds = channels.ToDictionary(c => c.Index, c => c.Bound);
        HashSet<Candidate> finished = [.. leaders];
        Candidate[] alive = [.. channels.SelectMany(c => c.Candidates).Where(c => !finished.Contains(c))];
        for (int segment = 1; segment < segments.Count; segment++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            alive = [.. alive.Where(c => c.Loss <= bounds[c.Channel])];
            Evaluate(segments, patches, group, segment, alive);
        }

        finished.UnionWith(alive);
        foreach (Channel channel in channels)
        {
            channel.Finished = [.. channel.Candidates.Where(finished.Contains)];
        }
    }

    private static void Evaluate(LayerSegments segments, PatchCache patches, int group, int segment, Candidate[] candidates)
    {
        if (candidates.Length == 0)
        {
            return;
        }

        SignedRows rows = new([.. candidates.Select(c => c.Row)], segments.Layer.RowLength);
        RowStatistics statistics = RowStatistics.Compute(
            patches.Get(segment, group), rows, [.. candidates.Select(c => c.Channel)], segments.ReadTarget(segment).Span);
        for (int i = 0; i < candidates.Length; i++)
        {
            candidates[i].Loss += CosineObjective.Loss(statistics.Dots[i], statistics.Squares[i], segments.TargetNorms[segment][candidates[i].Channel]);
        }
    }

    /// <summary>One output channel: its candidates with distinct integer weights.</summary>
    private sealed class Channel
    {
        public Channel(QuantizableLayer layer, int index, IntegerRange range, float[] scales)
        {
            Index = index;
            List<Candidate> candidates = [];
            HashSet<sbyte[]> seen = new(RowComparer.Instance);
            for (int order = 0; order < scales.Length; order++)
            {
                sbyte[] row = new sbyte[layer.RowLength];
                ScaleTable.QuantizeRow(layer.Row(index), scales[order], range, row);
                if (seen.Add(row))
                {
                    candidates.Add(new Candidate(index, order, scales[order], row));
                }
            }

            Candidates = [.. candidates];
        }

        public int Index { get; }

        public Candidate[] Candidates { get; }

        public double Bound { get; set; }

        public Candidate[] Finished { get; set; } = [];

        public Candidate Best() => Finished.MinBy(c => (c.Loss, c.Order))!;
    }

    private sealed record Candidate(int Channel, int Order, float Scale, sbyte[] Row)
    {
        public double Loss { get; set; }

        public bool Equals(Candidate? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    private sealed class RowComparer : IEqualityComparer<sbyte[]>
    {
        public static RowComparer Instance { get; } = new();

        public bool Equals(sbyte[]? x, sbyte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(sbyte[] row)
        {
            HashCode hash = default;
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(row.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
