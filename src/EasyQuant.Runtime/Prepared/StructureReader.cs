using System.Buffers.Binary;
using System.Text;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Prepared;

/// <summary>Reads what <see cref="StructureWriter"/> wrote, and believes nothing: counts are checked against the bytes that are left before memory is taken.</summary>
internal sealed class StructureReader
{
    private readonly byte[] _structure;
    private readonly ConstantData _data;
    private readonly string[] _texts;
    private int _position;

    /// <param name="structure">The bytes of the structure.</param>
    /// <param name="data">The constants that are kept apart.</param>
    /// <exception cref="InvalidModelException">There is no table of texts.</exception>
    public StructureReader(byte[] structure, ConstantData data)
    {
        _structure = structure;
        _data = data;
        _texts = List(ReadText);
    }

    /// <summary>Whether everything has been read.</summary>
    public bool IsAtEnd => _position == _structure.Length;

    public byte Byte() => Bytes(1)[0];

    /// <summary>A number from 0 up to, not including, <paramref name="limit"/>.</summary>
    public int Index(int limit, string what)
    {
        ulong value = Number();
        return value < (ulong)limit ? (int)value : throw Damaged($"{what} {value} is asked for where there are {limit}");
    }

    public int Extent()
    {
        ulong value = Number();
        return value <= int.MaxValue ? (int)value : throw Damaged($"an extent is {value}");
    }

    public long Signed()
    {
        ulong value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public float Real() => BinaryPrimitives.ReadSingleLittleEndian(Bytes(sizeof(float)));

    public string Text() => _texts[Index(_texts.Length, "text")];

    public T[] List<T>(Func<T> read)
    {
        // Whatever an element is, it takes a byte.
        ulong count = Number();
        if (count > (ulong)(_structure.Length - _position))
        {
            throw Damaged($"a list of {count} begins where {_structure.Length - _position} bytes are left");
        }

        T[] elements = new T[(int)count];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = read();
        }

        return elements;
    }

    public Tensor Tensor()
    {
        DataType type = ElementType();
        if (type == DataType.Undefined)
        {
            throw Damaged("a constant has no element type");
        }

        Shape shape = new(List(Extent));
        long length = ByteLength(type, shape);
        if (type == DataType.String)
        {
            RequireLeft(shape.ElementCount);
            string[] texts = new string[(int)shape.ElementCount];
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = Text();
            }

            return Tensors.Tensor.FromStrings(texts, shape);
        }

        if (length >= StructureWriter.SmallestApart)
        {
            ulong place = Number();
            return _data.TryRead(place, (int)length, out Memory<byte> bytes)
                ? Tensors.Tensor.FromBytes(type, shape, bytes)
                : throw Damaged($"a constant of {length} bytes lies at {place} times {PreparedHeader.Length}, outside of the file");
        }

        Tensor tensor = Tensors.Tensor.Allocate(type, shape);
        Bytes((int)length).CopyTo(tensor.AsMutableSpan<byte>());
        return tensor;
    }

    public DataType ElementType()
    {
        DataType type = (DataType)Byte();
        return Enum.IsDefined(type) ? type : throw Damaged($"{(int)type} is no element type");
    }

    public InvalidModelException Damaged(string what) => new($"the prepared model is damaged: before byte {_position} of its structure {what}.");

    private long ByteLength(DataType type, Shape shape)
    {
        try
        {
            long length = type.ByteLength(shape.ElementCount);
            return length <= int.MaxValue && shape.ElementCount <= int.MaxValue ? length : throw Damaged($"a constant {type.ShortName()}[{shape}] is too large");
        }
        catch (OverflowException)
        {
            throw Damaged($"a constant {type.ShortName()}[{shape}] is too large");
        }
    }

    private string ReadText()
    {
        ulong length = Number();
        try
        {
            return PreparedText.Encoding.GetString(Bytes((int)Math.Min(length, int.MaxValue)));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("a text is not UTF-8");
        }
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        RequireLeft(count);
        ReadOnlySpan<byte> bytes = _structure.AsSpan(_position, count);
        _position += count;
        return bytes;
    }

    private void RequireLeft(long count)
    {
        if (count > _structure.Length - _position)
        {
            throw Damaged($"{count} bytes are needed and {_structure.Length - _position} are left");
        }
    }

    private ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged("a number does not end");
    }
}
