using System.Buffers.Binary;

namespace EasyQuant.Fuzz.Targets;

/// <summary>The CRC-32 behind each chunk of a PNG.</summary>
internal static class PngChecksums
{
    private const int SignatureLength = 8;
    private const int AroundData = 12;

    /// <summary>The file with right checksums, as far as its chunks can be told apart.</summary>
    public static byte[] Mend(byte[] file)
    {
        for (int at = SignatureLength; at + AroundData <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - AroundData)
            {
                break;
            }

            Span<byte> covered = file.AsSpan(at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 8 + (int)length), Of(covered));
            at += AroundData + (int)length;
        }

        return file;
    }

    private static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }
}
