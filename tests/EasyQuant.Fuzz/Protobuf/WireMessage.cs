using System.Text;

namespace EasyQuant.Fuzz.Protobuf;

/// <summary>A field as it stands in a file.</summary>
internal sealed class WireField
{
    /// <summary>The field's number.</summary>
    public int Number { get; set; }

    /// <summary>0 for a number of variable length, 1 for 8 bytes, 2 for bytes with their length before them, 5 for 4 bytes.</summary>
    public int WireType { get; set; }

    /// <summary>The value of a field of wire type 0.</summary>
    public long Value { get; set; }

    /// <summary>The bytes of a field of another wire type that is no message.</summary>
    public byte[] Bytes { get; set; } = [];

    /// <summary>The message that the field holds, where it holds one.</summary>
    public WireMessage? Message { get; set; }

    /// <summary>The bytes as text.</summary>
    public string Text
    {
        get => Encoding.UTF8.GetString(Bytes);
        set => Bytes = Encoding.UTF8.GetBytes(value);
    }

    /// <summary>A copy that shares nothing that can be changed but the bytes, which are replaced and not written to.</summary>
    public WireField Copy() => new() { Number = Number, WireType = WireType, Value = Value, Bytes = Bytes, Message = Message?.Copy() };
}

/// <summary>A protobuf message taken apart: fields in the order of the file, so that any may be changed, doubled or left out and the lengths still fit.</summary>
/// <param name="type">The message's name in <see cref="OnnxSchema"/>.</param>
internal sealed class WireMessage(string type)
{
    public string Type { get; } = type;

    public List<WireField> Fields { get; } = [];

    /// <summary>This message and all within it.</summary>
    public IEnumerable<WireMessage> All() => Fields.Where(f => f.Message is not null).SelectMany(f => f.Message!.All()).Prepend(this);

    /// <summary>The fields of that number.</summary>
    public IEnumerable<WireField> Of(int number) => Fields.Where(f => f.Number == number);

    /// <summary>Adds a number.</summary>
    public WireMessage Add(int number, long value)
    {
        Fields.Add(new WireField { Number = number, Value = value });
        return this;
    }

    /// <summary>Adds a text.</summary>
    public WireMessage Add(int number, string text)
    {
        Fields.Add(new WireField { Number = number, WireType = 2, Text = text });
        return this;
    }

    /// <summary>Adds bytes.</summary>
    public WireMessage Add(int number, byte[] bytes)
    {
        Fields.Add(new WireField { Number = number, WireType = 2, Bytes = bytes });
        return this;
    }

    /// <summary>Adds a message.</summary>
    public WireMessage Add(int number, WireMessage message)
    {
        Fields.Add(new WireField { Number = number, WireType = 2, Message = message });
        return this;
    }

    /// <summary>Adds a real number.</summary>
    public WireMessage Add(int number, float value)
    {
        Fields.Add(new WireField { Number = number, WireType = 5, Bytes = BitConverter.GetBytes(value) });
        return this;
    }

    public WireMessage Copy()
    {
        WireMessage copy = new(Type);
        copy.Fields.AddRange(Fields.Select(f => f.Copy()));
        return copy;
    }

    /// <summary>Takes a sound message apart.</summary>
    public static WireMessage Parse(ReadOnlySpan<byte> bytes, string type)
    {
        WireMessage message = new(type);
        while (bytes.Length > 0)
        {
            ulong tag = ReadNumber(ref bytes);
            WireField field = new() { Number = (int)(tag >> 3), WireType = (int)(tag & 7) };
            if (field.WireType == 0)
            {
                field.Value = (long)ReadNumber(ref bytes);
            }
            else
            {
                int length = field.WireType switch { 1 => 8, 2 => checked((int)ReadNumber(ref bytes)), 5 => 4, _ => throw new InvalidDataException($"A seed has wire type {field.WireType}.") };
                if (field.WireType == 2 && OnnxSchema.MessageIn(type, field.Number) is { } inner)
                {
                    field.Message = Parse(bytes[..length], inner);
                }
                else
                {
                    field.Bytes = bytes[..length].ToArray();
                }

                bytes = bytes[length..];
            }

            message.Fields.Add(field);
        }

        return message;
    }

    /// <summary>The message as a file holds it.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        WriteTo(stream);
        return stream.ToArray();
    }

    private void WriteTo(MemoryStream stream)
    {
        foreach (WireField field in Fields)
        {
            WriteNumber(stream, (ulong)field.Number << 3 | (uint)field.WireType);
            switch (field.WireType)
            {
                case 0:
                    WriteNumber(stream, (ulong)field.Value);
                    break;
                case 2:
                    byte[] bytes = field.Message?.ToBytes() ?? field.Bytes;
                    WriteNumber(stream, (ulong)bytes.Length);
                    stream.Write(bytes);
                    break;
                default:
                    stream.Write(field.Bytes);
                    break;
            }
        }
    }

    private static ulong ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; ; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
    }

    private static void WriteNumber(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }
}
