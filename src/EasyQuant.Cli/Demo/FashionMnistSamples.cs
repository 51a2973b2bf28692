using System.Buffers.Binary;
using System.IO.Compression;
using EasyQuant.Data;
using EasyQuant.Tensors;

namespace EasyQuant.Cli.Demo;

/// <summary>Fashion-MNIST pictures as the network takes them: <c>(byte / 255 − mean) / std</c> over 28 x 28 pixels.</summary>
internal sealed class FashionMnistSamples : ISampleSource
{
    private const int Side = 28;

    // Of the training pictures, after division by 255.
    private const float Mean = 0.2860f;
    private const float Std = 0.3530f;

    private readonly string _name;
    private readonly string _input;
    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    private FashionMnistSamples(string name, string input, byte[] pixels, byte[] labels)
    {
        _name = name;
        _input = input;
        _pixels = pixels;
        _labels = labels;
    }

    public int Count => _labels.Length;

    /// <summary>Reads gzipped IDX files of pictures and labels.</summary>
    public static FashionMnistSamples Read(string name, string input, Stream pictures, Stream labels) =>
        new(name, input, ReadIdx(pictures, rank: 3), ReadIdx(labels, rank: 1));

    public Sample Read(int index)
    {
        Tensor picture = Tensor.Allocate(DataType.Float32, [1, 1, Side, Side]);
        Span<float> destination = picture.AsMutableSpan<float>();
        ReadOnlySpan<byte> source = _pixels.AsSpan(index * Side * Side, Side * Side);
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = (source[i] / 255f - Mean) / Std;
        }

        return new Sample($"{_name} {index}", new Dictionary<string, Tensor> { [_input] = picture }, _labels[index]);
    }

    // Two zero bytes, 8 for unsigned bytes, the rank; then the extents, 32 bits each, and the bytes.
    private static byte[] ReadIdx(Stream stream, int rank)
    {
        using GZipStream unpacked = new(stream, CompressionMode.Decompress);
        byte[] header = new byte[4 + 4 * rank];
        unpacked.ReadExactly(header);
        int length = 1;
        for (int d = 0; d < rank; d++)
        {
            length = checked(length * BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 + 4 * d)));
        }

        byte[] bytes = new byte[length];
        unpacked.ReadExactly(bytes);
        return bytes;
    }
}
