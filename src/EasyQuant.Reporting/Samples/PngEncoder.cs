using System.Buffers.Binary;
using System.IO.Compression;

namespace EasyQuant.Reporting.Samples;

/// <summary>Writes small pictures as PNG: 8 bits a sample, grey or RGB, each row as its difference from the one above.</summary>
internal static class PngEncoder
{
    private const byte GreyType = 0;
    private const byte ColorType = 2;
    private const byte UpFilter = 2;

    /// <summary>The bytes of a file.</summary>
    /// <param name="samples">Rows from top to bottom, samples of a pixel side by side.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    public static byte[] Encode(ReadOnlySpan<byte> samples, int width, int height, int channels)
    {
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, channels == 1 ? GreyType : ColorType);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(samples, width * channels, height));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compress(ReadOnlySpan<byte> samples, int stride, int height)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.SmallestSize))
        {
            byte[] row = new byte[1 + stride];
            row[0] = UpFilter;
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < stride; x++)
                {
                    row[1 + x] = (byte)(samples[y * stride + x] - (y > 0 ? samples[(y - 1) * stride + x] : 0));
                }

                zlib.Write(row);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum([.. type, .. data]));
        file.Write(number);
    }

    // CRC-32 of ISO 3309, bit by bit: thumbnails are small.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint remainder = uint.MaxValue;
        foreach (byte b in bytes)
        {
            remainder ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                remainder = (remainder >> 1) ^ ((remainder & 1) * 0xEDB88320u);
            }
        }

        return ~remainder;
    }
}
