namespace EasyQuant.Quantization.Caching;

/// <summary>What a piece of work depends on, as a SHA-256: equal keys mean equal results.</summary>
internal readonly record struct CacheKey(string Hex)
{
    /// <summary>The length of <see cref="Hex"/>.</summary>
    public const int HexLength = 64;

    /// <summary>The key of what these parts describe.</summary>
    public static CacheKey Of(Action<CacheHash> parts)
    {
        using CacheHash hash = new();
        parts(hash);
        return hash.Finish();
    }

    /// <summary>The key of something that depends on what this key stands for, and on these parts.</summary>
    public CacheKey With(Action<CacheHash> parts)
    {
        CacheKey former = this;
        return Of(hash =>
        {
            hash.Add(former.Hex);
            parts(hash);
        });
    }
}
