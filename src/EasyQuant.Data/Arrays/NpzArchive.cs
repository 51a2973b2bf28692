using System.IO.Compression;
using EasyQuant.Files;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Arrays;

/// <summary>NumPy's .npz files: a zip of named arrays.</summary>
public static class NpzArchive
{
    private const string Extension = ".npy";

    // The first that a zip can state: the same arrays give the same bytes at any time.
    private static readonly DateTimeOffset s_earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays, by name, in the order of the archive.</summary>
    /// <exception cref="InvalidSampleException">The file is missing or damaged, an entry is no array, or a name occurs twice.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using FileStream file = NpyFile.Open(path);
        OrderedDictionary<string, Tensor> arrays = [];
        try
        {
            using ZipArchive archive = new(file, ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = entry.FullName.EndsWith(Extension, StringComparison.Ordinal) ? entry.FullName[..^Extension.Length] : entry.FullName;
                string title = $"{path}:{name}";
                if (!DeflateLimit.Allows(entry.CompressedLength, entry.Length))
                {
                    throw new InvalidSampleException($"Array '{title}' says that {entry.CompressedLength} bytes unpack to {entry.Length}, which no zip can do.");
                }

                using Stream stream = entry.Open();
                if (!arrays.TryAdd(name, NpyFile.Read(stream, entry.Length, title)))
                {
                    throw new InvalidSampleException($"Archive '{path}' has two arrays '{name}'.");
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidSampleException($"Archive '{path}' is no readable zip: {e.Message}", e);
        }

        return arrays;
    }

    /// <summary>Writes arrays, each as an entry <c>NAME.npy</c>; compressed.</summary>
    /// <remarks>The file appears when it is complete: where writing fails, whatever stood at the path still stands there.</remarks>
    /// <exception cref="NotSupportedException">NumPy has no such element type.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> arrays)
    {
        using FileTransaction files = new();
        using (ZipArchive archive = new(files.Create(path), ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, Tensor tensor) in arrays)
            {
                ZipArchiveEntry entry = archive.CreateEntry(name + Extension);
                entry.LastWriteTime = s_earliest;
                using Stream stream = entry.Open();
                NpyFile.Write(stream, tensor);
            }
        }

        files.Commit();
    }
}
