using System.Collections.Concurrent;

namespace EasyQuant.Quantization.Caching;

/// <summary>Entries that last as long as the process.</summary>
internal sealed class MemoryEntryStore : IEntryStore
{
    private readonly ConcurrentDictionary<CacheKey, byte[]> _entries = [];

    public byte[]? Read(CacheKey key) => _entries.GetValueOrDefault(key);

    public void Write(CacheKey key, ReadOnlySpan<byte> content) => _entries[key] = content.ToArray();

    public void Reject(CacheKey key, string reason) => throw new InvalidDataException($"An entry in memory cannot be read: {reason}");
}
