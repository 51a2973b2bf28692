using System.Buffers.Binary;
using System.Text;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Prepared;

/// <summary>
/// Collects the structure of a prepared model: numbers of seven bits a byte, low ones first; texts as numbers of a table, which stands
/// before everything else; constants of 64 bytes and more apart from it, by their place.
/// </summary>
internal sealed class StructureWriter
{
    /// <summary>Constants below this are kept within the structure.</summary>
    public const int SmallestApart = PreparedHeader.Length;

    private readonly List<byte> _body = [];
    private readonly Dictionary<string, int> _texts = [];
    private readonly Dictionary<Tensor, long> _places = [];
    private readonly List<Tensor> _apart = [];
    private long _dataLength;

    /// <summary>The constants that are kept apart, each at the next multiple of 64 behind the one before.</summary>
    public IReadOnlyList<Tensor> Apart => _apart;

    public void Byte(byte value) => _body.Add(value);

    public void Count(int value) => Number(_body, (ulong)value);

    /// <summary>Small numbers of either sign are short.</summary>
    public void Signed(long value) => Number(_body, (ulong)(value << 1 ^ value >> 63));

    public void Real(float value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _body.AddRange(bytes);
    }

    public void Text(string text)
    {
        if (!_texts.TryGetValue(text, out int number))
        {
            _texts.Add(text, number = _texts.Count);
        }

        Count(number);
    }

    public void List<T>(IReadOnlyCollection<T> elements, Action<T> write)
    {
        Count(elements.Count);
        foreach (T element in elements)
        {
            write(element);
        }
    }

    public void Tensor(Tensor tensor)
    {
        Byte((byte)tensor.Type);
        List(tensor.Shape, Count);
        if (tensor.Type == DataType.String)
        {
            foreach (string text in tensor.Strings)
            {
                Text(text);
            }
        }
        else if (tensor.ByteLength < SmallestApart)
        {
            _body.AddRange(tensor.Bytes.Span);
        }
        else
        {
            Number(_body, (ulong)(PlaceOf(tensor) / PreparedHeader.Length));
        }
    }

    /// <summary>The table of texts and what was written.</summary>
    public byte[] ToArray()
    {
        List<byte> structure = [];
        Number(structure, (ulong)_texts.Count);
        foreach (string text in _texts.Keys)
        {
            byte[] bytes = Encode(text);
            Number(structure, (ulong)bytes.Length);
            structure.AddRange(bytes);
        }

        return [.. structure, .. _body];
    }

    private static byte[] Encode(string text)
    {
        try
        {
            return PreparedText.Encoding.GetBytes(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new UnsupportedModelException($"a name or text attribute of the model ({text.Length} characters) is no Unicode text, which prepared models hold.", error);
        }
    }

    private long PlaceOf(Tensor tensor)
    {
        if (!_places.TryGetValue(tensor, out long place))
        {
            _places.Add(tensor, place = _dataLength);
            _apart.Add(tensor);
            _dataLength = PreparedHeader.Align(_dataLength + tensor.ByteLength);
        }

        return place;
    }

    private static void Number(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
