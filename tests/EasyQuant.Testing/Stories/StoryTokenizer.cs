using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EasyQuant.Testing.Stories;

/// <summary>The texts of a llama2.c model's tokens.</summary>
public sealed class StoryTokenizer
{
    /// <summary>What a text begins with.</summary>
    public const int Beginning = 1;

    private readonly byte[][] _texts;

    private StoryTokenizer(byte[][] texts) => _texts = texts;

    /// <summary>Reads the texts: after the longest length, of each token a score, a length and bytes.</summary>
    public static StoryTokenizer Read(string path, int vocabulary)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path).AsSpan(4);
        byte[][] texts = new byte[vocabulary][];
        for (int i = 0; i < vocabulary; i++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            texts[i] = rest.Slice(8, length).ToArray();
            rest = rest[(8 + length)..];
        }

        return new StoryTokenizer(texts);
    }

    /// <summary>The text of tokens that follow the beginning; the space that the first word begins with is left out.</summary>
    public string Decode(IReadOnlyList<int> tokens)
    {
        List<byte> bytes = [];
        foreach (int token in tokens)
        {
            byte[] text = _texts[token];
            bytes.AddRange(text is [(byte)'<', (byte)'0', (byte)'x', var high, var low, (byte)'>'] ? [byte.Parse([(char)high, (char)low], NumberStyles.HexNumber, CultureInfo.InvariantCulture)] : text);
        }

        return Encoding.UTF8.GetString([.. bytes]).TrimStart(' ');
    }
}
