using System.Buffers.Binary;

namespace EasyQuant.Data.Images;

/// <summary>Uncompressed Windows bitmaps: palettes of 1, 4 and 8 bits, and 24 or 32 bits of BGR.</summary>
internal sealed class BitmapDecoder : IPictureDecoder
{
    private const int FileHeader = 14;
    private const int InfoHeader = 40;
    private const uint Uncompressed = 0;
    private const uint BitFields = 3;

    /// <inheritdoc/>
    public string Format => "BMP";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".bmp"];

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith("BM"u8);

    /// <inheritdoc/>
    public Picture Decode(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < FileHeader + InfoHeader)
        {
            throw new InvalidSampleException($"BMP '{name}' is truncated: its headers take {FileHeader + InfoHeader} bytes, found {file.Length}.");
        }

        long pixels = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(file[14..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
        int signedHeight = BinaryPrimitives.ReadInt32LittleEndian(file[22..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        uint compression = BinaryPrimitives.ReadUInt32LittleEndian(file[30..]);
        uint paletteEntries = BinaryPrimitives.ReadUInt32LittleEndian(file[46..]);
        CheckKind(file, name, headerLength, bits, compression);
        Picture.CheckSize(name, width, Math.Abs((long)signedHeight));

        int height = Math.Abs(signedHeight);
        long rowLength = ((long)width * bits + 31) / 32 * 4;
        long available = file.Length - pixels;
        if (pixels < FileHeader + headerLength || available < rowLength * height)
        {
            throw new InvalidSampleException($"BMP '{name}' of {width}x{height} is truncated: its pixels take {rowLength * height} bytes from byte {pixels}, found {Math.Max(0, available)}.");
        }

        // Blue, green, red and an unused byte each; the file may have fewer entries than indices can name.
        ReadOnlySpan<byte> palette = default;
        if (bits <= 8)
        {
            long entries = paletteEntries == 0 ? 1L << bits : paletteEntries;
            long start = FileHeader + headerLength;
            palette = file[(int)start..(int)Math.Min(pixels, start + 4 * Math.Min(entries, 256))];
        }

        byte[] samples = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            int stored = signedHeight < 0 ? y : height - 1 - y;
            ReadOnlySpan<byte> row = file.Slice((int)(pixels + stored * rowLength), (int)rowLength);
            Span<byte> target = samples.AsSpan(y * width * 3, width * 3);
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<byte> bgr = bits > 8 ? row[(x * bits / 8)..] : PaletteEntry(palette, row, x, bits, name);
                target[3 * x] = bgr[2];
                target[3 * x + 1] = bgr[1];
                target[3 * x + 2] = bgr[0];
            }
        }

        return new Picture(name, width, height, 3, samples);
    }

    private static void CheckKind(ReadOnlySpan<byte> file, string name, uint headerLength, int bits, uint compression)
    {
        bool isPlain = compression == Uncompressed && bits is 1 or 4 or 8 or 24 or 32;
        bool isBgrx = compression == BitFields && bits == 32 && file.Length >= 66
            && BinaryPrimitives.ReadUInt32LittleEndian(file[54..]) == 0x00FF0000
            && BinaryPrimitives.ReadUInt32LittleEndian(file[58..]) == 0x0000FF00
            && BinaryPrimitives.ReadUInt32LittleEndian(file[62..]) == 0x000000FF;
        if (headerLength < InfoHeader || headerLength > file.Length - FileHeader || !(isPlain || isBgrx))
        {
            throw new InvalidSampleException($"BMP '{name}' has a header of {headerLength} bytes, {bits} bits a pixel and compression {compression}; expected an uncompressed bitmap with 1, 4, 8, 24 or 32 bits. Convert it to PNG.");
        }
    }

    private static ReadOnlySpan<byte> PaletteEntry(ReadOnlySpan<byte> palette, ReadOnlySpan<byte> row, int x, int bits, string name)
    {
        int bit = x * bits;
        int index = (row[bit >> 3] >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
        return 4 * index + 4 <= palette.Length
            ? palette.Slice(4 * index, 4)
            : throw new InvalidSampleException($"BMP '{name}' uses colour {index} of a palette of {palette.Length / 4}.");
    }
}
