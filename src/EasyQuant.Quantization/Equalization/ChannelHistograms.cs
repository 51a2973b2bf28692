using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Equalization;

/// <summary>How the elements of each channel of a tensor are spread over the channel's range.</summary>
internal sealed class ChannelHistograms
{
    /// <summary>Equal parts of a channel's range.</summary>
    public const int Bins = 512;

    private readonly ChannelStatistics _ranges;
    private readonly int[][] _counts;

    private ChannelHistograms(ChannelStatistics ranges)
    {
        _ranges = ranges;
        _counts = [.. Enumerable.Range(0, ranges.Channels).Select(_ => new int[Bins])];
    }

    /// <summary>How many elements of a channel are in each part.</summary>
    public ReadOnlySpan<int> this[int channel] => _counts[channel];

    /// <summary>The histograms of some tensors of a network, whose ranges are known.</summary>
    public static IReadOnlyDictionary<Value, ChannelHistograms> Collect(
        Model model, IReadOnlyDictionary<Value, ChannelStatistics> ranges, ISampleSource samples, WorkerPool workers, CancellationToken cancellationToken)
    {
        Dictionary<Value, ChannelHistograms> histograms = ranges.ToDictionary(r => r.Key, r => new ChannelHistograms(r.Value));
        if (histograms.Count == 0)
        {
            return histograms;
        }

        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        workers.For(samples.Count, sample => executor.Run(samples.Read(sample).Inputs, (value, tensor) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (histograms.TryGetValue(value, out ChannelHistograms? histogram))
            {
                lock (histogram)
                {
                    histogram.Add(tensor);
                }
            }
        }, cancellationToken));
        return histograms;
    }

    /// <summary>Counts the elements of a tensor, images by channels by places.</summary>
    public void Add(Tensor tensor)
    {
        int places = tensor.Shape.Product(2, tensor.Shape.Rank);
        ReadOnlySpan<float> elements = tensor.AsSpan<float>();
        for (int row = 0; row < tensor.Shape[0] * _counts.Length; row++)
        {
            int channel = row % _counts.Length;
            float low = _ranges.Minima[channel], width = _ranges.Maxima[channel] - low;
            float perUnit = width > 0 ? Bins / width : 0;
            int[] counts = _counts[channel];
            foreach (float value in elements.Slice(row * places, places))
            {
                counts[Math.Clamp((int)((value - low) * perUnit), 0, Bins - 1)]++;
            }
        }
    }
}
