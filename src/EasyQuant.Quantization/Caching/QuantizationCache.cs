using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Kernels.Threading;

namespace EasyQuant.Quantization.Caching;

/// <summary>
/// Keeps what quantization finds out on its way, so that a later run, or one that was killed and is started again, does not compute it
/// again. The result is the same, byte for byte, with a cache and without.
/// </summary>
/// <remarks>
/// Entries are found by a hash of all they depend on: the program, the prepared model with its weights, the samples after preprocessing, and of
/// the options those that matter to the step. So nothing has to be invalidated, and other options take over what does not depend on
/// them. Safe to share between runs and, as a folder, between processes.
/// </remarks>
public sealed class QuantizationCache
{
    private readonly IEntryStore _store;
    private readonly SampleFingerprint _samples = new();
    private readonly Action<ReusedWork>? _reused;

    private QuantizationCache(IEntryStore store, bool keepsSearches, Action<ReusedWork>? reused)
    {
        _store = store;
        _reused = reused;
        KeepsSearches = keepsSearches;
    }

    /// <summary>A cache in a folder, which is made where there is none. Anything in it may be deleted at any time.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="warn">Told of entries that cannot be used and of a folder that cannot be written.</param>
    /// <param name="reused">Told of work that was not done again.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be used.</exception>
    public static QuantizationCache Open(string folder, Action<string>? warn = null, Action<ReusedWork>? reused = null) =>
        new(new FolderEntryStore(folder, warn), keepsSearches: true, reused);

    /// <summary>A cache of calibration statistics in memory, for several runs over the same samples.</summary>
    public static QuantizationCache InMemory() => new(new MemoryEntryStore(), keepsSearches: false, null);

    /// <summary>Whether searches are kept too, and not statistics alone.</summary>
    internal bool KeepsSearches { get; }

    /// <summary>The key of what is computed from a model and samples alone.</summary>
    internal CacheKey KeyOf(Model prepared, ISampleSource samples, WorkerPool workers, CancellationToken cancellationToken)
    {
        CacheKey data = _samples.Of(samples, workers, cancellationToken);
        return ProgramIdentity.Key.With(hash =>
        {
            hash.Add(data.Hex);
            ModelFingerprint.Add(hash, prepared);
        });
    }

    /// <summary>The contents of an entry as the reader understands them; nothing where there is none, or none that can be understood.</summary>
    internal T? Read<T>(CacheKey key, Func<BinaryReader, T> read) where T : class
    {
        if (_store.Read(key) is not { } content)
        {
            return null;
        }

        try
        {
            using BinaryReader reader = new(new MemoryStream(content, writable: false));
            T parsed = read(reader);
            return reader.BaseStream.Position == content.Length ? parsed : throw new InvalidDataException("it has more bytes than its contents");
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            _store.Reject(key, error.Message);
            return null;
        }
    }

    /// <summary>Keeps an entry.</summary>
    /// <returns>Its contents.</returns>
    internal ReadOnlyMemory<byte> Write(CacheKey key, Action<BinaryWriter> write)
    {
        using MemoryStream content = new();
        using BinaryWriter writer = new(content);
        write(writer);
        writer.Flush();
        ReadOnlyMemory<byte> written = content.GetBuffer().AsMemory(0, (int)content.Length);
        _store.Write(key, written.Span);
        return written;
    }

    /// <summary>Tells of work that was not done again.</summary>
    internal void Report(ReusedWork work) => _reused?.Invoke(work);
}
