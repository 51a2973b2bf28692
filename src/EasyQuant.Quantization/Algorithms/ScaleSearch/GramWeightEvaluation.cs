using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Kernels.IntegerProducts;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Simulation;

namespace EasyQuant.Quantization.Algorithms.ScaleSearch;

/// <summary>
/// Evaluates weight candidates without a convolution: with <c>G = Σ_p a_p a_pᵀ</c> and <c>b = Σ_p a_p o_p</c> of a picture's patches
/// a_p, <c>‖Ô‖² = ŵᵀ G ŵ</c> and <c>⟨O, Ô⟩ = ŵᵀ b</c>.
/// </summary>
/// <remarks>
/// A candidate then costs K² instead of K · P products, and G serves all channels of its group. Entries and forms are
/// integers in double precision, the same numbers that the products give.
/// </remarks>
internal static class GramWeightEvaluation
{
    // Products of doubles are that much slower than those of bytes, and nothing is dropped on the way.
    private const int PositionsPerWeight = 9;

    /// <summary>Whether every segment has enough positions for the kernel's size.</summary>
    public static bool Suits(LayerSegments segments) =>
        Enumerable.Range(0, segments.Count).All(s =>
            segments.Geometries(s) is [{ IsMatrix: false } geometry]
            && geometry.Positions >= PositionsPerWeight * geometry.RowLength
            && geometry.Positions <= GramMatrix.MostPositions);

    /// <summary>Sums the losses and decides on the best candidate of each channel.</summary>
    public static void Run(LayerSegments segments, float inputScale, IntegerRange inputRange, WeightCandidates[] channels, CancellationToken cancellationToken)
    {
        RowStatistics[][] statistics = new RowStatistics[segments.Count][];
        double[][] candidates = new double[channels.Length][];
        segments.Workers.For(candidates.Length, channel => candidates[channel] = [.. channels[channel].All.SelectMany(c => c.Row.Elements).Select(w => (double)w)]);
        segments.Workers.For(segments.Count, segment =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            statistics[segment] = Evaluate(segments, segment, inputScale, inputRange, channels, candidates);
        });

        foreach (WeightCandidates channel in channels)
        {
            for (int i = 0; i < channel.All.Length; i++)
            {
                for (int segment = 0; segment < statistics.Length; segment++)
                {
                    RowStatistics rows = statistics[segment][channel.Channel];
                    channel.All[i].Add(rows.Dots[i], rows.Squares[i], segments.TargetNorms[segment][channel.Channel]);
                }
            }

            channel.Decide(channel.All);
        }
    }

    // Of each channel's candidates on one segment.
    private static RowStatistics[] Evaluate(
        LayerSegments segments, int segment, float inputScale, IntegerRange inputRange, WeightCandidates[] channels, double[][] rows)
    {
        QuantizableLayer layer = segments.Layer;
        PatchGeometry geometry = segments.Geometries(segment)[0];
        (int positions, int rowLength) = (geometry.Positions, geometry.RowLength);
        int zeroPoint = inputRange.ZeroByte;
        byte[] input = PatchPlanes.Quantize(segments.ReadInput(segment).Span, inputScale, inputRange);
        ReadOnlySpan<float> target = segments.ReadTarget(segment).Span;
        byte[] planes = new byte[rowLength * positions];
        double[] projection = new double[rowLength];
        RowStatistics[] statistics = new RowStatistics[channels.Length];
        for (int group = 0; group < layer.Groups; group++)
        {
            PatchPlanes.Build(input, geometry, group, inputRange, planes);
            GramMatrix gram = GramMatrix.Of(IntegerProductKernels.Best, planes, rowLength, positions, zeroPoint);
            for (int channel = group * layer.ChannelsPerGroup; channel < (group + 1) * layer.ChannelsPerGroup; channel++)
            {
                GramMatrix.Project(planes, rowLength, positions, zeroPoint, target.Slice(channel * positions, positions), projection);
                int count = channels[channel].All.Length;
                RowStatistics own = statistics[channel] = new RowStatistics(new double[count], new double[count]);
                gram.QuadraticForms(rows[channel], own.Squares);
                for (int i = 0; i < count; i++)
                {
                    own.Dots[i] = OrderedDot.Of(rows[channel].AsSpan(i * rowLength, rowLength), projection);
                }
            }
        }

        return statistics;
    }
}
