using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Evaluates weight candidates by integer products with the patches of each segment, and stops following a candidate as
/// soon as it cannot win.
/// </summary>
/// <remarks>
/// Losses are never negative. The present step and the most promising others of each channel are followed through all
/// segments first; from then on a candidate whose partial sum exceeds the least of their totals is dropped.
/// </remarks>
internal static class ProductWeightEvaluation
{
    // Candidates that are followed through all segments first, to have a total that others can be measured against.
    private const int Leaders = 2;

    // Enough rows to amortise one pass over a segment's patches, few enough for their weights to stay in cache.
    private const int RowsPerBlock = 640;

    /// <summary>Sums the losses and decides on the best candidate of each channel.</summary>
    /// <param name="segments">The layer's inputs and targets.</param>
    /// <param name="patches">Its quantized inputs.</param>
    /// <param name="channels">Channels of the layer that follow one another.</param>
    /// <param name="dropsLosers">Whether a candidate that cannot win is followed no further.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static void Run(LayerSegments segments, PatchCache patches, WeightCandidates[] channels, bool dropsLosers, CancellationToken cancellationToken)
    {
        QuantizableLayer layer = segments.Layer;
        int channelsPerBlock = Math.Clamp(RowsPerBlock / Math.Max(1, channels.Max(c => c.All.Length)), 1, layer.ChannelsPerGroup);
        (int Group, WeightCandidates[] Channels)[] blocks =
        [
            .. channels.GroupBy(c => c.Channel / layer.ChannelsPerGroup).SelectMany(group => group.Chunk(channelsPerBlock).Select(chunk => (group.Key, chunk))),
        ];
        segments.Workers.For(blocks.Length, i => new Block(segments, patches, blocks[i].Group, blocks[i].Channels, dropsLosers, cancellationToken).Run());
    }

    private sealed class Block(LayerSegments segments, PatchCache patches, int group, WeightCandidates[] channels, bool dropsLosers, CancellationToken cancellationToken)
    {
        private readonly SignedRows _rows = new(segments.Rows.Length(group));

        public void Run()
        {
            WeightCandidate[] present = [.. channels.Select(c => c.All[0])];
            int[] order = Order(present);
            WeightCandidate[] others = [.. channels.SelectMany(c => c.All.Skip(1))];
            Evaluate(order[0], others);
            WeightCandidate[] leaders = [.. channels.SelectMany(c => c.All.Skip(1).OrderBy(r => r.Loss).ThenBy(r => r.Order).Take(Leaders))];
            foreach (int segment in order.Skip(1))
            {
                Evaluate(segment, leaders);
            }

            HashSet<WeightCandidate> finished = [.. present, .. leaders];
            Dictionary<int, double> bounds = finished.GroupBy(c => c.Channel).ToDictionary(c => c.Key, c => c.Min(r => r.Loss));
            WeightCandidate[] alive = [.. others.Where(c => !finished.Contains(c))];
            foreach (int segment in order.Skip(1))
            {
                alive = [.. alive.Where(c => !dropsLosers || c.Loss <= bounds[c.Channel])];
                Evaluate(segment, alive);
            }

            finished.UnionWith(alive);
            foreach (WeightCandidates channel in channels)
            {
                channel.Decide(channel.All.Where(finished.Contains));
            }
        }

        // The segments on which the present steps lose most come first: there losers exceed the bound soonest.
        private int[] Order(WeightCandidate[] present)
        {
            double[] losses = new double[segments.Count];
            for (int segment = 0; segment < losses.Length; segment++)
            {
                double before = present.Sum(c => c.Loss);
                Evaluate(segment, present);
                losses[segment] = present.Sum(c => c.Loss) - before;
            }

            return [.. Enumerable.Range(0, losses.Length).OrderByDescending(s => losses[s])];
        }

        private void Evaluate(int segment, WeightCandidate[] candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (candidates.Length == 0)
            {
                return;
            }

            _rows.Replace([.. candidates.Select(c => c.Row)]);
            PatchImage image = patches.Get(segment);
            RowStatistics statistics = RowStatistics.Compute(
                image.View(segments.Offsets(segment, group)), image.ZeroPoint, _rows, [.. candidates.Select(c => c.Channel)], segments.ReadTarget(segment).Span);
            for (int i = 0; i < candidates.Length; i++)
            {
                candidates[i].Add(statistics.Dots[i], statistics.Squares[i], segments.TargetNorms[segment][candidates[i].Channel]);
            }
        }
    }
}
