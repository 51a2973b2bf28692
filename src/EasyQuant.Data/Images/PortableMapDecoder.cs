using System.Buffers.Binary;

namespace EasyQuant.Data.Images;

/// <summary>Netpbm's grey and colour maps (PGM, PPM), in text (P2, P3) and binary (P5, P6); levels are scaled to 0..255.</summary>
internal sealed class PortableMapDecoder : IPictureDecoder
{
    /// <inheritdoc/>
    public string Format => "PGM/PPM";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".pgm", ".ppm", ".pnm"];

    /// <inheritdoc/>
    public bool Recognizes(ReadOnlySpan<byte> file) =>
        file.Length > 2 && file[0] == 'P' && file[1] is (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6' && IsSpace(file[2]);

    /// <inheritdoc/>
    public Picture Decode(ReadOnlySpan<byte> file, string name)
    {
        bool isText = file[1] is (byte)'2' or (byte)'3';
        int channels = file[1] is (byte)'2' or (byte)'5' ? 1 : 3;
        int position = 2;
        int width = ReadNumber(file, ref position, name);
        int height = ReadNumber(file, ref position, name);
        int maximum = ReadNumber(file, ref position, name);
        Picture.CheckSize(name, width, height);
        if (maximum is < 1 or > 65535)
        {
            throw new InvalidSampleException($"Picture '{name}' has the maximum level {maximum}; expected 1 to 65535.");
        }

        // The shortest sample is a byte, or in text a digit and a space (none after the last).
        int count = checked(width * height * channels);
        int width8 = maximum > 255 ? 2 : 1;
        long needed = isText ? 2L * count : 1 + (long)count * width8;
        if (file.Length - position < needed - (isText ? 1 : 0))
        {
            throw new InvalidSampleException($"Picture '{name}' of {width}x{height} is truncated: expected at least {needed} bytes after its header, found {file.Length - position}.");
        }

        byte[] samples = new byte[count];
        ReadOnlySpan<byte> binary = isText ? default : file[(position + 1)..];
        for (int i = 0; i < count; i++)
        {
            int level = isText ? ReadNumber(file, ref position, name)
                : width8 == 2 ? BinaryPrimitives.ReadUInt16BigEndian(binary[(2 * i)..])
                : binary[i];
            if (level > maximum)
            {
                throw new InvalidSampleException($"Picture '{name}' has the level {level} above its maximum {maximum}.");
            }

            samples[i] = maximum == 255 ? (byte)level : (byte)((level * 255 + maximum / 2) / maximum);
        }

        return new Picture(name, width, height, channels, samples);
    }

    // White space, comments from # to the end of the line, then digits. The position ends behind the last digit.
    private static int ReadNumber(ReadOnlySpan<byte> file, ref int position, string name)
    {
        while (position < file.Length && (IsSpace(file[position]) || file[position] == '#'))
        {
            if (file[position] == '#')
            {
                int end = file[position..].IndexOfAny((byte)'\n', (byte)'\r');
                position = end < 0 ? file.Length : position + end;
            }
            else
            {
                position++;
            }
        }

        int start = position;
        int number = 0;
        while (position < file.Length && char.IsAsciiDigit((char)file[position]) && position - start < 9)
        {
            number = number * 10 + (file[position++] - '0');
        }

        return position > start
            ? number
            : throw new InvalidSampleException($"Picture '{name}' cannot be decoded: expected a number at byte {start}, found {(start < file.Length ? $"byte 0x{file[start]:X2}" : "the end of the file")}.");
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\v' or (byte)'\f' or (byte)'\r';
}
