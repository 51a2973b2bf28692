using System.Buffers.Binary;
using System.Text;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Arrays;

/// <summary>What the head of a .npy file says of the array behind it (format versions 1 to 3).</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The extents.</param>
/// <param name="IsBigEndian">Whether the bytes of an element are stored most significant first.</param>
/// <param name="IsFortranOrder">Whether the first dimension is the fastest.</param>
/// <param name="Length">Where the data begin.</param>
internal sealed record NpyHeader(DataType Type, Shape Shape, bool IsBigEndian, bool IsFortranOrder, int Length)
{
    // NumPy itself reads no longer ones unless told to trust the file.
    private const int MaximumTextLength = 10_000;

    private static readonly (string Code, DataType Type)[] Types =
    [
        ("f2", DataType.Float16), ("f4", DataType.Float32), ("f8", DataType.Float64),
        ("i1", DataType.Int8), ("i2", DataType.Int16), ("i4", DataType.Int32), ("i8", DataType.Int64),
        ("u1", DataType.UInt8), ("u2", DataType.UInt16), ("u4", DataType.UInt32), ("u8", DataType.UInt64),
        ("b1", DataType.Bool),
    ];

    /// <summary>The six bytes every .npy file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The bytes that the elements take.</summary>
    public long DataLength => Type.ByteLength(Shape.ElementCount);

    /// <summary>Reads the head; the stream then stands at the data.</summary>
    /// <exception cref="InvalidSampleException">It is not a .npy file of numbers.</exception>
    public static NpyHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        ReadOrThrow(stream, start[..8], name);
        if (!start.StartsWith(Magic))
        {
            throw new InvalidSampleException($"'{name}' is no .npy array: expected it to begin with {Convert.ToHexString(Magic)}, found {Convert.ToHexString(start[..6])}.");
        }

        int version = start[6];
        if (version is < 1 or > 3)
        {
            throw new InvalidSampleException($"Array '{name}' has .npy format version {version}; versions 1 to 3 are read. Save it again with numpy.save.");
        }

        int lengthBytes = version == 1 ? 2 : 4;
        ReadOrThrow(stream, start.Slice(8, lengthBytes), name);
        uint textLength = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (textLength > MaximumTextLength)
        {
            throw new InvalidSampleException($"Array '{name}' has a header of {textLength} bytes; at most {MaximumTextLength} are read.");
        }

        byte[] text = new byte[textLength];
        ReadOrThrow(stream, text, name);
        NpyDescription description = NpyDescription.Parse((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text), name);
        return Create(description, 8 + lengthBytes + (int)textLength, name);
    }

    /// <summary>The head of a .npy file for this array: version 1, padded so that the data begin at a multiple of 64.</summary>
    /// <exception cref="NotSupportedException">NumPy has no such element type.</exception>
    public static byte[] Write(DataType type, Shape shape)
    {
        string? code = Types.FirstOrDefault(t => t.Type == type).Code;
        if (code is null)
        {
            throw new NotSupportedException($"A .npy file cannot hold elements of type {type.ShortName()}.");
        }

        string extents = shape.Rank == 1 ? $"{shape[0]}," : string.Join(", ", shape.Dimensions.ToArray());
        string text = $"{{'descr': '{(code[1] == '1' ? '|' : '<')}{code}', 'fortran_order': False, 'shape': ({extents}), }}";
        int length = (10 + text.Length + 1 + 63) / 64 * 64;
        byte[] header = new byte[length];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), checked((ushort)(length - 10)));
        header.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }

    private static NpyHeader Create(NpyDescription description, int length, string name)
    {
        string descr = description.ElementType;
        DataType type = descr.Length == 3 && descr[0] is '<' or '>' or '|' or '=' ? Types.FirstOrDefault(t => t.Code == descr[1..]).Type : DataType.Undefined;
        if (type == DataType.Undefined)
        {
            throw new InvalidSampleException($"Array '{name}' has elements of type '{descr}'; expected one of {string.Join(", ", Types.Select(t => t.Code))}. Convert it with numpy.astype.");
        }

        try
        {
            Shape shape = Shape.FromInt64(description.Extents);
            if (type.ByteLength(shape.ElementCount) <= Array.MaxLength)
            {
                return new NpyHeader(type, shape, descr[0] == '>', description.IsFortranOrder, length);
            }
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException)
        {
            throw new InvalidSampleException($"Array '{name}' has the impossible shape ({string.Join(", ", description.Extents)}).", e);
        }

        throw new InvalidSampleException($"Array '{name}' of shape ({string.Join(", ", description.Extents)}) exceeds 2 GiB. Split it into several files.");
    }

    private static void ReadOrThrow(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidSampleException($"Array '{name}' ends within its header.");
        }
    }
}
