using System.Runtime.CompilerServices;
using EasyQuant.Data;
using EasyQuant.Kernels.Threading;

namespace EasyQuant.Quantization.Caching;

/// <summary>What samples hold after preprocessing, in their order. A source's is computed once: its samples never change.</summary>
internal sealed class SampleFingerprint
{
    private readonly ConditionalWeakTable<ISampleSource, object> _known = [];

    /// <summary>The fingerprint.</summary>
    public CacheKey Of(ISampleSource samples, WorkerPool workers, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(samples, out object? known))
        {
            return (CacheKey)known;
        }

        CacheKey[] each = new CacheKey[samples.Count];
        workers.For(each.Length, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            each[i] = Of(samples.Read(i));
        });
        CacheKey all = CacheKey.Of(hash => hash.AddAll(each, k => hash.Add(k.Hex)));
        _known.AddOrUpdate(samples, all);
        return all;
    }

    private static CacheKey Of(Sample sample) => CacheKey.Of(hash => hash.AddAll([.. sample.Inputs.OrderBy(i => i.Key, StringComparer.Ordinal)], input =>
    {
        hash.Add(input.Key);
        hash.Add((long)input.Value.Type);
        hash.Add(input.Value.Shape.ToString());
        hash.Add(input.Value.Bytes.Span);
    }));
}
