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
    public ValueRange[] RangesOfGroups(IReadOnlyDictionary<Value, ValueRange> ranges) =>
        [.. _plan.Groups.Select(g => g.Sources.Select(ranges.GetValueOrDefault).Aggregate(ValueRange.Empty, (all, one) => all.Union(one)))];

    /// <summary>The range of each of these values over all samples; of values that are none of floats, nothing.</summary>
    /// <exception cref="InvalidSampleException">A sample makes a source of a group hold what is no finite number.</exception>
    public Dictionary<Value, ValueRange> CollectRanges(IEnumerable<Value> values, CancellationToken cancellationToken)
    {
        Value[] wanted = [.. values];
        ValueRange[] ranges = new ValueRange[wanted.Length];
        Array.Fill(ranges, ValueRange.Empty);
        Observe("ranges", wanted.Index().ToDictionary(v => v.Item, v => v.Index), () => (ValueRange[])ranges.Clone(), (partial, index, elements, sample) =>
        {
            ValueRange range = ValueRange.Of(elements);
            if (!range.IsFinite && _plan.GroupOf(wanted[index]) is { } group && group.Sources.Contains(wanted[index]))
            {
                throw new InvalidSampleException(
                    $"Sample '{sample.Name}' makes tensor '{group.Name}' hold numbers that are not finite ({range.Minimum} to {range.Maximum}). Check the sample and its preprocessing.");
            }

            partial[index] = partial[index].Union(range);
        }, partial =>
        {
            for (int i = 0; i < ranges.Length; i++)
            {
                ranges[i] = ranges[i].Union(partial[i]);
            }
        }, cancellationToken);
        return wanted.Index().ToDictionary(v => v.Item, v => ranges[v.Index]);
    }

    /// <summary>The magnitudes of each group's sources over all samples, in this many bins up to the largest.</summary>
    public MagnitudeHistogram[] CollectHistograms(ValueRange[] ranges, int bins, CancellationToken cancellationToken)
    {
        MagnitudeHistogram[] histograms = EmptyHistograms(ranges, bins);
        Observe("histograms", Sources(), () => EmptyHistograms(ranges, bins), (partial, group, elements, _) => partial[group].Add(elements), partial =>
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
        ValueHistogram[] distributions = EmptyDistributions(ranges, bins);
        Observe("distributions", Sources(), () => EmptyDistributions(ranges, bins), (partial, group, elements, _) => partial[group].Add(elements), partial =>
        {
            for (int i = 0; i < distributions.Length; i++)
            {
                distributions[i].Merge(partial[i]);
            }
        }, cancellationToken);
        return distributions;
    }

    /// <summary>Of each group a histogram that nothing has been added to.</summary>
    public static MagnitudeHistogram[] EmptyHistograms(ValueRange[] ranges, int bins) =>
        [.. ranges.Select(r => new MagnitudeHistogram(bins, r.Magnitude is > 0 and var m ? m : 1))];

    /// <inheritdoc cref="EmptyHistograms"/>
    public static ValueHistogram[] EmptyDistributions(ValueRange[] ranges, int bins) =>
        [.. ranges.Select(r => new ValueHistogram(bins, r.Magnitude > 0 ? r : new ValueRange(0, 0)))];

    /// <summary>The shape that each value has on the first sample.</summary>
    public IReadOnlyDictionary<Value, Shape> ObserveShapes(CancellationToken cancellationToken)
    {
        Dictionary<Value, Shape> shapes = [];
        _executor.Run(_samples.Read(0).Inputs, (value, tensor) => shapes[value] = tensor.Shape, cancellationToken);
        return shapes;
    }

    private void Observe<TPartial>(
        string stage, Dictionary<Value, int> indices, Func<TPartial> create, Add<TPartial> add, Action<TPartial> merge, CancellationToken cancellationToken)
    {
        Dictionary<string, int> inputs = indices.Where(i => i.Key.Producer is null).ToDictionary(i => i.Key.Name, i => i.Value);
        ConcurrentBag<TPartial> idle = [];
        int done = 0;
        _workers.For(_samples.Count, number =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Sample sample = _samples.Read(number);
            if (!idle.TryTake(out TPartial? partial))
            {
                partial = create();
            }

            foreach ((string name, Tensor input) in sample.Inputs)
            {
                if (inputs.TryGetValue(name, out int index) && input.Type == DataType.Float32)
                {
                    add(partial, index, input.AsSpan<float>(), sample);
                }
            }

            _executor.Run(sample.Inputs, (value, tensor) =>
            {
                if (indices.TryGetValue(value, out int index) && tensor.Type == DataType.Float32)
                {
                    add(partial, index, tensor.AsSpan<float>(), sample);
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

    // The sources of groups, and each one's group.
    private Dictionary<Value, int> Sources() => _plan.Groups.SelectMany(g => g.Sources.Select(s => (s, g.Index))).ToDictionary(p => p.s, p => p.Index);

    private delegate void Add<TPartial>(TPartial partial, int index, ReadOnlySpan<float> elements, Sample sample);
}
