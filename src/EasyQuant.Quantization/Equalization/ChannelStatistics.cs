using System.Numerics.Tensors;
using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Runtime.Execution;
using Tensor = EasyQuant.Tensors.Tensor;

namespace EasyQuant.Quantization.Equalization;

/// <summary>Of each channel of a tensor, over all samples: the smallest and the largest element, and the mean of the squares.</summary>
internal sealed class ChannelStatistics
{
    private readonly double[] _squares;
    private long _elements;

    private ChannelStatistics(int channels)
    {
        _squares = new double[channels];
        Minima = new float[channels];
        Maxima = new float[channels];
        Array.Fill(Minima, float.PositiveInfinity);
        Array.Fill(Maxima, float.NegativeInfinity);
    }

    /// <summary>The smallest elements.</summary>
    public float[] Minima { get; }

    /// <summary>The largest elements.</summary>
    public float[] Maxima { get; }

    /// <summary>How many channels.</summary>
    public int Channels => Minima.Length;

    /// <summary>The mean square of a channel's elements.</summary>
    public double MeanSquare(int channel) => _squares[channel] / _elements;

    /// <summary>The statistics of some tensors of a network, and the channels of all its pictures.</summary>
    /// <remarks>Samples are added up in their order, whatever the number of threads.</remarks>
    public static (IReadOnlyDictionary<Value, ChannelStatistics> Statistics, IReadOnlyDictionary<Value, int> Channels) Collect(
        Model model, IReadOnlySet<Value> tensors, ISampleSource samples, WorkerPool workers, CancellationToken cancellationToken)
    {
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        Dictionary<Value, ChannelStatistics>[] partial = new Dictionary<Value, ChannelStatistics>[samples.Count];
        Dictionary<Value, int> channels = [];
        workers.For(samples.Count, sample =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Dictionary<Value, ChannelStatistics> own = partial[sample] = [];
            executor.Run(samples.Read(sample).Inputs, (value, tensor) =>
            {
                if (tensor.Shape.Rank == 4 && sample == 0)
                {
                    channels[value] = tensor.Shape[1];
                }

                if (tensors.Contains(value))
                {
                    own[value] = Of(tensor);
                }
            }, cancellationToken);
        });

        Dictionary<Value, ChannelStatistics> all = partial[0];
        foreach ((Value value, ChannelStatistics statistics) in partial.Skip(1).SelectMany(p => p))
        {
            all[value].Add(statistics);
        }

        return (all, channels);
    }

    /// <summary>The statistics of one tensor, images by channels by places.</summary>
    public static ChannelStatistics Of(Tensor tensor)
    {
        ChannelStatistics statistics = new(tensor.Shape[1]);
        int places = tensor.Shape.Product(2, tensor.Shape.Rank);
        ReadOnlySpan<float> elements = tensor.AsSpan<float>();
        for (int row = 0; row < tensor.Shape[0] * statistics.Channels && places > 0; row++)
        {
            int channel = row % statistics.Channels;
            ReadOnlySpan<float> values = elements.Slice(row * places, places);
            statistics.Minima[channel] = MathF.Min(statistics.Minima[channel], TensorPrimitives.Min(values));
            statistics.Maxima[channel] = MathF.Max(statistics.Maxima[channel], TensorPrimitives.Max(values));
            foreach (float value in values)
            {
                statistics._squares[channel] += (double)value * value;
            }
        }

        statistics._elements = (long)tensor.Shape[0] * places;
        return statistics;
    }

    /// <summary>The same with the ranges that a function leaves of its inputs' spans.</summary>
    public ChannelStatistics Behind(IReadOnlyList<InputSpan> spans, Func<float[], float[]> function)
    {
        ChannelStatistics narrowed = new(Channels) { _elements = _elements };
        _squares.CopyTo(narrowed._squares, 0);
        Minima.CopyTo(narrowed.Minima, 0);
        Maxima.CopyTo(narrowed.Maxima, 0);
        for (int channel = 0; channel < spans.Count; channel++)
        {
            float[] values = function(spans[channel].Points());
            narrowed.Minima[channel] = MathF.Max(Minima[channel], values.Min());
            narrowed.Maxima[channel] = MathF.Min(Maxima[channel], values.Max());
        }

        return narrowed;
    }

    private void Add(ChannelStatistics other)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            Minima[channel] = MathF.Min(Minima[channel], other.Minima[channel]);
            Maxima[channel] = MathF.Max(Maxima[channel], other.Maxima[channel]);
            _squares[channel] += other._squares[channel];
        }

        _elements += other._elements;
    }
}
