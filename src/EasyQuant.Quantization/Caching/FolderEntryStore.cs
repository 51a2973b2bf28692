using System.Security.Cryptography;
using System.Text;
using EasyQuant.Files;

namespace EasyQuant.Quantization.Caching;

/// <summary>Entries as files, one each, named after their keys.</summary>
/// <remarks>
/// A file is <c>"EQCACHE1" | key | content | SHA-256 of all before</c>. It appears whole or not at all, and never changes, so any number of
/// processes may share the folder, and any file of it may be deleted at any time.
/// </remarks>
internal sealed class FolderEntryStore : IEntryStore
{
    private const string Extension = ".eqcache";

    // Larger entries are none of ours: the largest holds a network's weights, and arrays end here.
    private const long LargestFile = 0x7FFF_FFC7;

    // No entry takes so long to write; what a killed process left behind does not get younger.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);
    private static readonly byte[] s_magic = Encoding.ASCII.GetBytes("EQCACHE1");

    private readonly string _folder;
    private readonly Action<string>? _warn;
    private bool _writes = true;

    public FolderEntryStore(string folder, Action<string>? warn)
    {
        _folder = Path.GetFullPath(folder);
        _warn = warn;
        Directory.CreateDirectory(_folder);
        foreach (string left in Directory.EnumerateFiles(_folder, $".*{Extension}.*.tmp").Where(f => DateTime.UtcNow - File.GetLastWriteTimeUtc(f) > s_abandoned))
        {
            File.Delete(left);
        }
    }

    public byte[]? Read(CacheKey key)
    {
        string path = PathOf(key);
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            if (new FileInfo(path).Length > LargestFile)
            {
                Reject(key, "it is too large");
                return null;
            }

            byte[] file = File.ReadAllBytes(path);
            if (Fault(key, file) is { } fault)
            {
                Reject(key, fault);
                return null;
            }

            return file[(s_magic.Length + CacheKey.HexLength)..^SHA256.HashSizeInBytes];
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process deleted it meanwhile.
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Reject(key, error.Message);
            return null;
        }
    }

    public void Write(CacheKey key, ReadOnlySpan<byte> content)
    {
        if (!_writes)
        {
            return;
        }

        try
        {
            byte[] file = [.. s_magic, .. Encoding.ASCII.GetBytes(key.Hex), .. content];
            using FileTransaction transaction = new();
            Stream stream = transaction.Create(PathOf(key));
            stream.Write(file);
            stream.Write(SHA256.HashData(file));
            transaction.Commit();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _writes = false;
            _warn?.Invoke($"Nothing more is kept in cache '{_folder}': {error.Message}");
        }
    }

    public void Reject(CacheKey key, string reason) => _warn?.Invoke($"Cache entry '{PathOf(key)}' is not used and its contents are computed anew: {reason}.");

    private static string? Fault(CacheKey key, ReadOnlySpan<byte> file)
    {
        if (file.Length < s_magic.Length + CacheKey.HexLength + SHA256.HashSizeInBytes || !file.StartsWith(s_magic))
        {
            return "it is no cache entry";
        }

        if (!SHA256.HashData(file[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(file[^SHA256.HashSizeInBytes..]))
        {
            return "it is damaged, its checksum differs";
        }

        return Encoding.ASCII.GetString(file.Slice(s_magic.Length, CacheKey.HexLength)) == key.Hex ? null : "it belongs to another key";
    }

    private string PathOf(CacheKey key) => Path.Combine(_folder, key.Hex + Extension);
}
