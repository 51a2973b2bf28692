using System.Buffers.Binary;

namespace EasyQuant.Fuzz.Kit;

/// <summary>Changes to a file of which nothing is known.</summary>
internal static class ByteMutations
{
    /// <summary>The file with one or a few changes. Most lie in its head, where formats keep what they say about the rest.</summary>
    public static byte[] Mutate(byte[] file, Dice dice, int head = 256)
    {
        int changes = dice.SmallCount(8);
        for (int i = 0; i < changes; i++)
        {
            file = Once(file, dice, head);
        }

        return file;
    }

    private static byte[] Once(byte[] file, Dice dice, int head)
    {
        if (file.Length == 0)
        {
            return [dice.Byte()];
        }

        int reach = dice.OnceIn(4) ? file.Length : Math.Min(head, file.Length);
        int at = dice.Below(reach);
        int length = Math.Min(dice.SmallCount(), file.Length - at);
        byte[] changed = [.. file];
        switch (dice.Below(9))
        {
            case 0 or 1:
                changed[at] ^= (byte)(1 << dice.Below(8));
                return changed;
            case 2:
                changed[at] = dice.Pick<byte>([0, 1, 0x7F, 0x80, 0xFE, 0xFF, dice.Byte()]);
                return changed;
            case 3:
                WriteNumber(changed.AsSpan(at), dice);
                return changed;
            case 4:
                return file[..(dice.OnceIn(2) ? at : dice.Below(file.Length))];
            case 5:
                return [.. file[..at], .. file[(at + length)..]];
            case 6:
                // A piece of the file once more, somewhere else.
                return [.. file[..at], .. file.AsSpan(dice.Below(file.Length - length + 1), length), .. file[at..]];
            case 7:
                for (int i = at; i < at + length; i++)
                {
                    changed[i] = dice.Byte();
                }

                return changed;
            default:
                byte filling = dice.Pick<byte>([0, 0xFF, (byte)'(', (byte)'[', (byte)'"', (byte)'9', dice.Byte()]);
                return [.. file[..at], .. Enumerable.Repeat(filling, dice.SmallCount(16384)), .. file[at..]];
        }
    }

    // In either byte order, 2, 4 or 8 bytes wide.
    private static void WriteNumber(Span<byte> bytes, Dice dice)
    {
        Span<byte> number = stackalloc byte[8];
        int width = dice.Pick([2, 4, 8]);
        long value = dice.Number(0);
        if (dice.OnceIn(2))
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            number = number[..width];
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            number = number[^width..];
        }

        number[..Math.Min(width, bytes.Length)].CopyTo(bytes);
    }
}
