namespace EasyQuant.Quantization.Caching;

/// <summary>Where entries lie, each under the key of what it depends on.</summary>
internal interface IEntryStore
{
    /// <summary>The entry of that key; null where there is none that can be used.</summary>
    byte[]? Read(CacheKey key);

    /// <summary>Keeps an entry; where that is not possible the work goes on without.</summary>
    void Write(CacheKey key, ReadOnlySpan<byte> content);

    /// <summary>Says that the entry of that key cannot be used.</summary>
    void Reject(CacheKey key, string reason);
}
