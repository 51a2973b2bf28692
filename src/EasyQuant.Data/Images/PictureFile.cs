namespace EasyQuant.Data.Images;

/// <summary>Picture files: which there are in a folder, and what is in them.</summary>
public static class PictureFile
{
    // Room for MaximumPixels as uncompressed RGB; a longer file cannot hold a picture that would be accepted.
    private const long MaximumFileLength = 4 * Picture.MaximumPixels;

    private static readonly IPictureDecoder[] Decoders = [new JpegDecoder(), new PngDecoder(), new PortableMapDecoder(), new BitmapDecoder()];

    private static readonly HashSet<string> KnownExtensions = Decoders.SelectMany(d => d.Extensions).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The extensions of files taken for pictures, sorted.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [.. KnownExtensions.Order(StringComparer.Ordinal)];

    /// <summary>The pictures in a folder and the folders below it, as paths relative to it with <c>/</c>, in ordinal order: the same on every system.</summary>
    /// <remarks>Hidden files and folders are passed over, and links to folders are not followed, so that the walk ends.</remarks>
    /// <exception cref="InvalidSampleException">There is no such folder.</exception>
    public static IReadOnlyList<string> Enumerate(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidSampleException($"There is no folder '{folder}'.");
        }

        EnumerationOptions options = new()
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
            IgnoreInaccessible = false,
        };
        System.IO.Enumeration.FileSystemEnumerable<string> files = new(folder, (ref e) => e.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref e) => !e.IsDirectory && KnownExtensions.Contains(Path.GetExtension(e.FileName).ToString()),
            ShouldRecursePredicate = (ref e) => !e.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return [.. files.Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal)];
    }

    /// <summary>The same, of which there must be some.</summary>
    /// <exception cref="InvalidSampleException">There is no such folder, or no picture in it.</exception>
    public static IReadOnlyList<string> EnumerateAny(string folder)
    {
        IReadOnlyList<string> paths = Enumerate(folder);
        return paths.Count > 0
            ? paths
            : throw new InvalidSampleException($"Folder '{folder}' and the folders below it hold no pictures ({string.Join(", ", Extensions)}).");
    }

    /// <summary>Reads a picture; its content, not its extension, says which format it has.</summary>
    /// <exception cref="InvalidSampleException">The file is missing, damaged, too large or of no known format, or the library that reads its format is not installed.</exception>
    public static Picture Read(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new InvalidSampleException($"There is no picture '{path}'.");
        }

        if (file.Length > MaximumFileLength)
        {
            throw new InvalidSampleException($"Picture '{path}' has {file.Length} bytes; at most {MaximumFileLength} are read.");
        }

        return Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Decodes a picture from the bytes of its file.</summary>
    /// <exception cref="InvalidSampleException">As for <see cref="Read"/>.</exception>
    public static Picture Decode(ReadOnlySpan<byte> file, string name) => DecoderOf(file, name).Decode(file, name);

    /// <summary>Makes sure that a file begins as a picture does, without decoding it.</summary>
    /// <exception cref="InvalidSampleException">The file is empty or of no known format.</exception>
    public static void RequireKnownFormat(string path)
    {
        Span<byte> start = stackalloc byte[64];
        using FileStream file = File.OpenRead(path);
        _ = DecoderOf(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)], path);
    }

    private static IPictureDecoder DecoderOf(ReadOnlySpan<byte> file, string name)
    {
        foreach (IPictureDecoder decoder in Decoders)
        {
            if (decoder.Recognizes(file))
            {
                return decoder;
            }
        }

        throw new InvalidSampleException(file.IsEmpty
            ? $"Picture '{name}' is empty."
            : $"'{name}' is no picture of a known format: expected {string.Join(", ", Decoders.Select(d => d.Format))}; it begins with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}.");
    }
}
