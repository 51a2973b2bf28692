using System.Globalization;
using EasyQuant.Files;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using Google.Protobuf.Collections;

namespace EasyQuant.Onnx.ExternalData;

/// <summary>The folder that a model's external data may lie in; each file is mapped once.</summary>
internal sealed class ExternalDataFolder
{
    private readonly string _folder;
    private readonly Dictionary<string, MappedFile> _files = [];

    public ExternalDataFolder(string folder) => _folder = folder;

    /// <summary>Bytes of the files that were mapped.</summary>
    public long ByteLength => _files.Values.Sum(f => f.Length);

    /// <summary>The bytes that a tensor's <c>external_data</c> entries name.</summary>
    /// <param name="entries">The entries <c>location</c>, <c>offset</c> and <c>length</c>; others are ignored.</param>
    /// <param name="expected">The bytes that type and shape ask for.</param>
    /// <exception cref="InvalidModelException">The file is missing or too short, or lies elsewhere.</exception>
    public Memory<byte> Read(RepeatedField<StringStringEntryProto> entries, int expected)
    {
        string location = Find(entries, "location") ?? throw new InvalidModelException("external data has no 'location'.");
        long offset = Number(entries, "offset", location) ?? 0;
        long length = Number(entries, "length", location) ?? expected;
        if (length != expected)
        {
            throw new InvalidModelException($"external data in '{location}' has length {length}, but type and shape ask for {expected} bytes.");
        }

        if (expected == 0)
        {
            return Memory<byte>.Empty;
        }

        string path = ContainedPath.Resolve(_folder, location);
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new InvalidModelException($"external data '{location}' is missing; expected the file '{path}'. Copy it beside the model.");
        }

        if (offset > file.Length - expected)
        {
            throw new InvalidModelException(
                $"external data '{location}' is too short: bytes {offset} to {offset + (decimal)expected} are asked for, the file has {file.Length}.");
        }

        if (!_files.TryGetValue(path, out MappedFile? mapped))
        {
            _files[path] = mapped = new MappedFile(path);
        }

        return mapped.Slice(offset, expected);
    }

    private static string? Find(RepeatedField<StringStringEntryProto> entries, string key) =>
        entries.FirstOrDefault(e => e.Key == key)?.Value;

    private static long? Number(RepeatedField<StringStringEntryProto> entries, string key, string location)
    {
        if (Find(entries, key) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new InvalidModelException($"external data in '{location}' has {key} '{text}', expected a number of bytes.");
    }
}
