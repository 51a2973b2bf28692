using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Chooses the weight step of every output channel of a layer: the candidate of the largest mean cosine between the
/// channel's integer output and its float output, or of the least noise, all channels in one pass (paper, page 7).
/// </summary>
/// <remarks>
/// The result is that of evaluating every candidate on every segment. Candidates that round to the same integers have the
/// same loss, so one of them, the earliest, stands for all; ties go to the earlier candidate. The first is the present
/// step, so a search never ends below its start.
/// </remarks>
internal static class WeightScaleSearch
{
    /// <summary>Candidates of so many bytes are in memory at once; those of smaller layers all.</summary>
    public const long BytesAtOnce = 256L << 20;

    /// <summary>Searches and stores the best steps in <paramref name="scales"/>.</summary>
    /// <param name="segments">The layer's inputs and targets.</param>
    /// <param name="inputScale">The step of the layer's input.</param>
    /// <param name="inputRange">The grid of the layer's input.</param>
    /// <param name="scales">The table to read present steps from and to write the best to.</param>
    /// <param name="startScales">The steps the grids are laid around.</param>
    /// <param name="preset">Which grid.</param>
    /// <param name="cancellationToken">Ends the search; the table is then unchanged.</param>
    /// <param name="trace">Receives the curves, where they are wanted.</param>
    /// <param name="objective">What is made small.</param>
    /// <param name="isRefinement">Whether the grid lies around present steps.</param>
    /// <param name="bytesAtOnce">How many bytes of candidates may be in memory at once, where they are evaluated by products.</param>
    /// <returns>For each channel the mean loss before and after.</returns>
    public static ScaleSearchOutcome[] Run(
        LayerSegments segments, float inputScale, IntegerRange inputRange, ScaleTable scales, float[] startScales, EasyQuantPreset preset, CancellationToken cancellationToken, SearchTrace? trace = null, ScaleObjective objective = ScaleObjective.Cosine,
        bool isRefinement = false, long bytesAtOnce = BytesAtOnce)
    {
        QuantizableLayer layer = segments.Layer;
        float[] present = scales.RoundingScales(layer);
        bool useGram = GramWeightEvaluation.Suits(segments);
        WeightCandidates[] channels = new WeightCandidates[layer.Channels];
        void Propose(int channel)
        {
            ReadOnlySpan<float> row = useGram ? layer.Row(channel) : segments.Rows.Pack(layer.Row(channel), channel / layer.ChannelsPerGroup);
            channels[channel] = new WeightCandidates(channel, row, scales.WeightRange(layer), ScaleGrid.ForWeights(preset, startScales[channel], present[channel], isRefinement), new ChannelLoss(objective, MeanPower(segments, channel)));
        }

        if (useGram)
        {
            segments.Workers.For(channels.Length, Propose);
            GramWeightEvaluation.Run(segments, inputScale, inputRange, channels, cancellationToken);
        }
        else
        {
            PatchCache patches = new(segments, inputScale, inputRange);
            int atOnce = (int)Math.Clamp(bytesAtOnce / Math.Max(1, (long)layer.RowLength * ScaleGrid.MostSteps), 1, channels.Length);
            for (int first = 0; first < channels.Length; first += atOnce)
            {
                int start = first;
                int end = Math.Min(start + atOnce, channels.Length);
                segments.Workers.For(end - start, i => Propose(start + i));
                ProductWeightEvaluation.Run(segments, patches, channels[start..end], dropsLosers: trace is null, cancellationToken);
                Array.ForEach(channels[start..end], c => c.ForgetRows());
            }
        }

        trace?.Add(layer, channels, startScales, segments.Count);
        ScaleSearchOutcome[] outcomes = new ScaleSearchOutcome[channels.Length];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            WeightCandidate best = channels[channel].Best!;
            present[channel] = best.Scale;
            scales.WeightScales(layer)[channel] = best.Scale;
            outcomes[channel] = new ScaleSearchOutcome(channels[channel].All[0].Loss / segments.Count, best.Loss / segments.Count, channels[channel].All.Length);
        }

        return outcomes;
    }

    private static double MeanPower(LayerSegments segments, int channel) => segments.TargetNorms.Average(norms => norms[channel] * norms[channel]);
}
