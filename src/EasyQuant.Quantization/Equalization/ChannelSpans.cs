using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;

namespace EasyQuant.Quantization.Equalization;

/// <summary>Which part of its range each channel in front of a function keeps; what lies beyond is cut off.</summary>
internal static class ChannelSpans
{
    // Of the tensor's largest magnitude: channels that are narrower need no finer step.
    private const float LeastWidth = 1f / 1024;

    /// <summary>The spans of each region's channels.</summary>
    /// <remarks>
    /// Where a depthwise convolution alone reads the function's result, the span of least error behind that convolution and its own function
    /// (<see cref="DepthwiseProbe"/>); elsewhere that of least error of the function (<see cref="SpanOfLeastError"/>). Where nobody rounds the function's
    /// result all channels have one span, nothing of which is cut off: then one table of reals serves them all.
    /// </remarks>
    public static InputSpan[][] Choose(
        Model model,
        IReadOnlyList<ElementwiseRegion> regions,
        IReadOnlyDictionary<Value, ChannelStatistics> statistics,
        ResultOnlyTensors results,
        int bits,
        ISampleSource samples,
        WorkerPool workers,
        CancellationToken cancellationToken)
    {
        Dictionary<Node, ElementwiseRegion> byConvolution = regions.ToDictionary(r => r.Layer.Node);
        Dictionary<DepthwiseProbe, InputSpan[]> probes = regions.Select(r => DepthwiseProbe.Of(r, byConvolution)).OfType<DepthwiseProbe>()
            .ToDictionary(p => p, p => Spans(p.Region, null));
        IReadOnlyDictionary<ElementwiseRegion, InputSpan[]> probed = DepthwiseProbe.Measure(model, probes, samples, bits, workers, cancellationToken);
        HashSet<Value> inputs = [.. regions.Where(r => !results.Contains(r.Output) && !probed.ContainsKey(r)).Select(r => r.Input)];
        IReadOnlyDictionary<Value, ChannelHistograms> histograms =
            ChannelHistograms.Collect(model, statistics.Where(s => inputs.Contains(s.Key)).ToDictionary(), samples, workers, cancellationToken);
        return [.. regions.Select(r => probed.TryGetValue(r, out InputSpan[]? spans) ? spans : Spans(r, histograms.GetValueOrDefault(r.Input)))];

        InputSpan[] Spans(ElementwiseRegion region, ChannelHistograms? histogram)
        {
            ChannelStatistics input = statistics[region.Input];
            (float low, float high) = (input.Minima.Min(), input.Maxima.Max());
            float magnitude = MathF.Max(MathF.Abs(low), MathF.Abs(high));
            float least = magnitude > 0 ? LeastWidth * magnitude : 1;
            InputSpan SpanOf(float l, float h, ReadOnlySpan<int> counts) => InputSpan.Of(l, h, least, x => region.Evaluate(x, model.Opset), counts, bits);
            return results.Contains(region.Output)
                ? [.. Enumerable.Repeat(SpanOf(low, high, []), input.Channels)]
                : [.. Enumerable.Range(0, input.Channels).Select(c => SpanOf(input.Minima[c], input.Maxima[c], histogram is null ? [] : histogram[c]))];
        }
    }
}
