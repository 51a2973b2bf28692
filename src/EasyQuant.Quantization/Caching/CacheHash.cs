using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EasyQuant.Quantization.Caching;

/// <summary>Takes parts up one after another; each with its length, so that parts cannot run into each other.</summary>
internal sealed class CacheHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>A text; nothing is another part than an empty one.</summary>
    public void Add(string? text)
    {
        Add(text is null ? -1 : text.Length);
        _hash.AppendData(Encoding.UTF8.GetBytes(text ?? ""));
    }

    /// <summary>A number.</summary>
    public void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }

    /// <summary>Reals, by their bits.</summary>
    public void Add(ReadOnlySpan<float> reals) => Add(MemoryMarshal.AsBytes(reals));

    /// <summary>Bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        _hash.AppendData(bytes);
    }

    /// <summary>How many there are, then each.</summary>
    public void AddAll<T>(IReadOnlyCollection<T> items, Action<T> add)
    {
        Add(items.Count);
        foreach (T item in items)
        {
            add(item);
        }
    }

    /// <summary>The key of all parts.</summary>
    public CacheKey Finish() => new(Convert.ToHexStringLower(_hash.GetHashAndReset()));

    public void Dispose() => _hash.Dispose();
}
