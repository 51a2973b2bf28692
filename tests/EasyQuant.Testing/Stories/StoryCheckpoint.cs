using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EasyQuant.Tensors;

namespace EasyQuant.Testing.Stories;

/// <summary>A llama2.c checkpoint: a small language model that was trained on children's stories.</summary>
/// <remarks>Seven integers, then all weights in 32-bit floats; of each kind those of all layers follow each other.</remarks>
public sealed class StoryCheckpoint
{
    private const int HeaderIntegers = 7;

    private readonly float[] _weights;
    private int _position;

    private StoryCheckpoint(int[] header, float[] weights)
    {
        (Width, Inner, LayerCount, Heads, CacheHeads, Vocabulary, Length) = (header[0], header[1], header[2], header[3], header[4], header[5], header[6]);
        _weights = weights;
        Embedding = Take(Vocabulary, Width);
        Tensor[] attentionNorms = TakeLayers(Width);
        Tensor[] queries = TakeLayers(Width, Width);
        Tensor[] keys = TakeLayers(CacheWidth, Width);
        Tensor[] values = TakeLayers(CacheWidth, Width);
        Tensor[] results = TakeLayers(Width, Width);
        Tensor[] innerNorms = TakeLayers(Width);
        Tensor[] gates = TakeLayers(Inner, Width);
        Tensor[] downs = TakeLayers(Width, Inner);
        Tensor[] ups = TakeLayers(Inner, Width);
        FinalNorm = Take(Width);
        Layers =
        [
            .. Enumerable.Range(0, LayerCount).Select(l => new StoryLayer(
                attentionNorms[l], queries[l], keys[l], values[l], results[l], innerNorms[l], gates[l], downs[l], ups[l])),
        ];
    }

    /// <summary>Numbers of a token.</summary>
    public int Width { get; }

    /// <summary>Numbers within a layer's second half.</summary>
    public int Inner { get; }

    /// <summary>Heads of queries.</summary>
    public int Heads { get; }

    /// <summary>Heads of keys and values.</summary>
    public int CacheHeads { get; }

    /// <summary>Tokens that there are.</summary>
    public int Vocabulary { get; }

    /// <summary>The longest text in tokens.</summary>
    public int Length { get; }

    /// <summary>Numbers of a head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Each token's numbers; also the weights of the scores.</summary>
    public Tensor Embedding { get; }

    /// <summary>The weights of the last normalisation.</summary>
    public Tensor FinalNorm { get; }

    /// <summary>The layers.</summary>
    public IReadOnlyList<StoryLayer> Layers { get; }

    private int LayerCount { get; }

    private int CacheWidth => CacheHeads * HeadWidth;

    /// <summary>Reads a checkpoint.</summary>
    public static StoryCheckpoint Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int[] header = [.. Enumerable.Range(0, HeaderIntegers).Select(i => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4 * i)))];
        return new StoryCheckpoint(header, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(4 * HeaderIntegers)).ToArray());
    }

    private Tensor[] TakeLayers(params int[] shape) => [.. Enumerable.Range(0, LayerCount).Select(_ => Take(shape))];

    private Tensor Take(params int[] extents)
    {
        Shape shape = new(extents);
        int count = (int)shape.ElementCount;
        _position += count;
        return Tensor.From(_weights[(_position - count).._position], shape);
    }
}

/// <summary>The weights of one layer; matrices as [output, input].</summary>
public sealed record StoryLayer(
    Tensor AttentionNorm, Tensor Query, Tensor Key, Tensor Value, Tensor Result, Tensor InnerNorm, Tensor Gate, Tensor Down, Tensor Up);
