using System.Collections.Concurrent;
using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;
using EasyQuant.Quantization.Planning;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Quantization.Statistics;

/// <summary>Runs the float network over the samples and gathers what calibrators ask for, in memory that does not grow with them.</summary>
internal sealed class StatisticsCollector
{
    private readonly GraphExecutor _executor;
    private readonly QuantizationPlan _plan;
    private readonly ISampleSource _samples;
    private readonly WorkerPool _workers;
    private readonly IProgress<QuantizationProgress>? _progress;

    public StatisticsCollector(
        GraphExecutor executor, QuantizationPlan plan, ISampleSource samples, WorkerPool workers, IProgress<QuantizationProgress>? progress)
    {
        _executor = executor;
        _plan = plan;
        _samples = samples;
        _workers = workers;
        _progress = progress;
    }

    /// <summary>The range of each group's sources over all samples.</summary>
    public ValueRange[] CollectRanges(CancellationToken cancellationToken)
    {
        ValueRange[] ranges = NewArray(_ => ValueRange.Empty);
        Observe("ranges", () => NewArray(_ => ValueRange.Empty), (partial, group, elements, sample) =>
        {
            ValueRange range = ValueRange.Of(elements);
            if (!range.IsFinite)
            {
                throw new InvalidSampleException(
                    $"Sample '{sample.Name}' makes tensor '{_plan.Groups[group].Name}' hold numbers that are not finite ({range.Minimum} to {range.Maximum}). Check the sample and its preprocessing.");
            }

            partial[group] = partial[group].Union(range);
        }, partial =>
        {
            for (int i = 0; i < ranges.Length; i++)
            {
                ranges[i] = ranges[i].Union(partial[i]);
            }
        }, cancellationToken);
        return ranges;
    }

    /// <summary>The magnitudes of each group's sources over all samples, in this many bins up to the largest.</summary>
    public MagnitudeHistogram[] CollectHistograms(ValueRange[] ranges, int bins, CancellationToken cancellationToken)
    {
        MagnitudeHistogram[] Empty() => NewArray(i => new MagnitudeHistogram(bins, ranges[i].Magnitude is > 0 and var m ? m : 1));

        MagnitudeHistogram[] histograms = Empty();
        Observe("histograms", Empty, (partial, group, elements, _) => partial[group].Add(elements), partial =>
        {
            for (int i = 0; i < histograms.Length; i++)
            {
                histograms[i].Merge(partial[i]);
            }
        }, cancellationToken);
        return histograms;
    }

    /// <summary>The elements of each group's sources over all samples, in this many bins over their range.</summary>
    public ValueHistogram[] CollectDistributions(ValueRange[] ranges, int bins, CancellationToken cancellationToken)
    {
        ValueHistogram[] Empty() => NewArray(i => new ValueHistogram(bins, ranges[i].Magnitude > 0 ? ranges[i] : new ValueRange(0, 0)));

        ValueHistogram[] distributions = Empty();
        Observe("distributions", Empty, (partial, group, elements, _) => partial[group].Add(elements), partial =>
        {
            for (int i = 0; i < distributions.Length; i++)
            {
                distributions[i].Merge(partial[i]);
            }
        }, cancellationToken);
        return distributions;
    }

    /// <summary>The shape that each value has on the first sample.</summary>
    public IReadOnlyDictionary<Value, Shape> ObserveShapes(CancellationToken cancellationToken)
    {
        Dictionary<Value, Shape> shapes = [];
        _executor.Run(_samples.Read(0).Inputs, (value, tensor) => shapes[value] = tensor.Shape, cancellationToken);
        return shapes;
    }

    private void Observe<TPartial>(
        string stage, Func<TPartial> create, Add<TPartial> add, Action<TPartial> merge, CancellationToken cancellationToken)
    {
        Dictionary<Value, int> sources = _plan.Groups.SelectMany(g => g.Sources.Select(s => (s, g.Index))).ToDictionary(p => p.s, p => p.Index);
        ConcurrentBag<TPartial> idle = [];
        int done = 0;
        _workers.For(_samples.Count, index =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Sample sample = _samples.Read(index);
            if (!idle.TryTake(out TPartial? partial))
            {
                partial = create();
            }

            foreach ((Value source, int group) in sources)
            {
                if (sample.Inputs.TryGetValue(source.Name, out Tensor? input))
                {
                    add(partial, group, input.AsSpan<float>(), sample);
                }
            }

            _executor.Run(sample.Inputs, (value, tensor) =>
            {
                if (sources.TryGetValue(value, out int group))
                {
                    add(partial, group, tensor.AsSpan<float>(), sample);
                }
            }, cancellationToken);
            idle.Add(partial);
            _progress?.Report(new QuantizationProgress(stage, Interlocked.Increment(ref done), _samples.Count, sample.Name));
        });

        foreach (TPartial partial in idle)
        {
            merge(partial);
        }
    }

    private T[] NewArray<T>(Func<int, T> create) => [.. _plan.Groups.Select(g => create(g.Index))];

    private delegate void Add<TPartial>(TPartial partial, int group, ReadOnlySpan<float> elements, Sample sample);
}
