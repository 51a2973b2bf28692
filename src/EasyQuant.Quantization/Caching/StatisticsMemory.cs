using EasyQuant.Graphs;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Statistics;

namespace EasyQuant.Quantization.Caching;

/// <summary>Statistics of the float network, taken from a cache where it has them.</summary>
/// <remarks>
/// With a cache ranges are gathered of every tensor, so that they serve whatever is quantized and to however many bits. Histograms depend on
/// which tensors share a step.
/// </remarks>
/// <param name="cache">Where entries lie; none, and everything is collected.</param>
/// <param name="subject">The key of the model and the samples.</param>
/// <param name="graph">The prepared graph.</param>
internal sealed class StatisticsMemory(QuantizationCache? cache, CacheKey subject, Graph graph)
{
    private int _asked;
    private int _found;

    /// <summary>The ranges of a plan's groups.</summary>
    public ValueRange[] Ranges(StatisticsCollector collector, QuantizationPlan plan, CancellationToken cancellationToken)
    {
        if (cache is null)
        {
            return collector.RangesOfGroups(collector.CollectRanges(plan.Groups.SelectMany(g => g.Sources), cancellationToken));
        }

        Value[] values = [.. graph.RequiredInputs.Concat(graph.Nodes.SelectMany(n => n.Outputs.OfType<Value>())).Where(v => v.Constant is null).Distinct()];
        CacheKey key = subject.With(hash => hash.Add("ranges"));
        _asked++;

        // Where a range is not finite it is collected again, to find out which sample made it so.
        if (cache.Read(key, reader => ReadRanges(reader, values)) is { } known && collector.RangesOfGroups(known) is var found && found.All(r => r.IsFinite))
        {
            _found++;
            return found;
        }

        Dictionary<Value, ValueRange> ranges = collector.CollectRanges(values, cancellationToken);
        cache.Write(key, writer =>
        {
            foreach (Value value in values)
            {
                writer.Write(ranges[value].Minimum);
                writer.Write(ranges[value].Maximum);
            }
        });
        return collector.RangesOfGroups(ranges);
    }

    /// <summary>The histograms of a plan's groups.</summary>
    public MagnitudeHistogram[] Histograms(StatisticsCollector collector, QuantizationPlan plan, ValueRange[] ranges, int bins, CancellationToken cancellationToken) => Recall(
        KeyOf("histograms", plan, ranges, bins), () => StatisticsCollector.EmptyHistograms(ranges, bins), (h, reader) => h.Read(reader),
        () => collector.CollectHistograms(ranges, bins, cancellationToken), (h, writer) => h.Write(writer));

    /// <summary>The distributions of a plan's groups.</summary>
    public ValueHistogram[] Distributions(StatisticsCollector collector, QuantizationPlan plan, ValueRange[] ranges, int bins, CancellationToken cancellationToken) => Recall(
        KeyOf("distributions", plan, ranges, bins), () => StatisticsCollector.EmptyDistributions(ranges, bins), (h, reader) => h.Read(reader),
        () => collector.CollectDistributions(ranges, bins, cancellationToken), (h, writer) => h.Write(writer));

    /// <summary>Tells how many of the statistics did not have to be collected.</summary>
    public void Report()
    {
        if (_found > 0)
        {
            cache!.Report(new ReusedWork("statistics", _found, _asked, "passes over the samples"));
        }
    }

    private T[] Recall<T>(CacheKey key, Func<T[]> empty, Action<T, BinaryReader> read, Func<T[]> collect, Action<T, BinaryWriter> write)
    {
        _asked++;
        T[]? known = cache?.Read(key, reader =>
        {
            T[] all = empty();
            Array.ForEach(all, one => read(one, reader));
            return all;
        });
        if (known is not null)
        {
            _found++;
            return known;
        }

        T[] collected = collect();
        cache?.Write(key, writer => Array.ForEach(collected, one => write(one, writer)));
        return collected;
    }

    private CacheKey KeyOf(string what, QuantizationPlan plan, ValueRange[] ranges, int bins) => subject.With(hash =>
    {
        hash.Add(what);
        hash.Add(bins);
        hash.AddAll(plan.Groups, g =>
        {
            hash.AddAll(g.Sources, s => hash.Add(s.Name));
            hash.Add([ranges[g.Index].Minimum, ranges[g.Index].Maximum]);
        });
    });

    private static Dictionary<Value, ValueRange> ReadRanges(BinaryReader reader, Value[] values) =>
        values.ToDictionary(v => v, _ => new ValueRange(reader.ReadSingle(), reader.ReadSingle()));
}
