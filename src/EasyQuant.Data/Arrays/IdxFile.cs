using System.Buffers.Binary;
using System.IO.Compression;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Arrays;

/// <summary>The IDX files of MNIST and its kin, plain or gzipped: two zero bytes, the element type, the rank, big-endian extents, data.</summary>
public static class IdxFile
{
    private const byte UnsignedBytes = 0x08;

    /// <summary>Whether a file that begins like this is an IDX file of bytes that is not compressed.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0, 0, UnsignedBytes]);

    /// <summary>Whether a file that begins like this is gzipped.</summary>
    internal static bool IsGzip(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <summary>Reads the array of bytes.</summary>
    /// <exception cref="InvalidSampleException">The file is missing, damaged or holds other elements than bytes.</exception>
    public static Tensor Read(string path)
    {
        using FileStream file = NpyFile.Open(path);
        Span<byte> start = stackalloc byte[2];
        bool isGzip = IsGzip(start[..file.ReadAtLeast(start, 2, throwOnEndOfStream: false)]);
        file.Position = 0;
        if (!isGzip)
        {
            return Read(file, claimed => claimed == file.Length - file.Position, path);
        }

        try
        {
            using GZipStream unpacked = new(file, CompressionMode.Decompress);
            return Read(unpacked, claimed => DeflateLimit.Allows(file.Length, claimed), path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidSampleException($"'{path}' is no readable gzip: {e.Message}", e);
        }
    }

    private static Tensor Read(Stream stream, Func<long, bool> isPossible, string name)
    {
        Span<byte> word = stackalloc byte[4];
        ReadOrThrow(stream, word, name);
        int rank = word[3];
        if (!Recognizes(word) || rank is 0 or > 4)
        {
            throw new InvalidSampleException($"'{name}' is no IDX file of bytes: expected it to begin with 000008 and a rank of 1 to 4, found {Convert.ToHexString(word)}.");
        }

        long[] extents = new long[rank];
        UInt128 length = 1;
        for (int i = 0; i < rank; i++)
        {
            ReadOrThrow(stream, word, name);
            extents[i] = BinaryPrimitives.ReadUInt32BigEndian(word);

            // A 0 among them must not hide what the others multiply to.
            length *= (UInt128)Math.Max(extents[i], 1);
        }

        if (length > (UInt128)Array.MaxLength || extents.Any(e => e > int.MaxValue) || !isPossible(extents.Contains(0) ? 0 : (long)length))
        {
            throw new InvalidSampleException($"IDX file '{name}' says that it holds {string.Join('x', extents)} bytes, which is not what follows its header.");
        }

        Tensor tensor = Tensor.Allocate(DataType.UInt8, Shape.FromInt64(extents));
        ReadOrThrow(stream, tensor.AsMutableSpan<byte>(), name);
        return tensor;
    }

    private static void ReadOrThrow(Stream stream, Span<byte> bytes, string name)
    {
        int found = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (found < bytes.Length)
        {
            throw new InvalidSampleException($"IDX file '{name}' is truncated: expected {bytes.Length} more bytes, found {found}.");
        }
    }
}
