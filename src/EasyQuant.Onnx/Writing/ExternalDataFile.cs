using System.Globalization;
using System.Security.Cryptography;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;

namespace EasyQuant.Onnx.Writing;

/// <summary>The file beside a model that takes the numbers of its large constants, each at a page boundary so that it can be mapped.</summary>
/// <param name="open">Opens the file; called when the first tensor comes.</param>
/// <param name="threshold">Tensors of fewer bytes stay in the model.</param>
internal sealed class ExternalDataFile(Func<Stream> open, long threshold) : IDisposable
{
    private const int Page = 4096;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<StringStringEntryProto> _locations = [];

    /// <summary>The file; nothing as long as no tensor came.</summary>
    public Stream? Stream { get; private set; }

    /// <summary>Bytes in it so far.</summary>
    public long Length { get; private set; }

    /// <summary>Whether the tensor belongs into this file.</summary>
    public bool Takes(Tensor tensor) => tensor.Type != DataType.String && tensor.ByteLength > 0 && tensor.ByteLength >= threshold;

    /// <summary>Writes the tensor's numbers, and in its message where they are.</summary>
    public void Write(Tensor tensor, TensorProto proto)
    {
        Stream ??= open();
        long offset = (Length + Page - 1) / Page * Page;
        Append(new byte[offset - Length]);
        Append(tensor.Bytes.Span);
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        StringStringEntryProto location = new() { Key = "location" };
        _locations.Add(location);
        proto.ExternalData.Add(location);
        Add("offset", offset);
        Add("length", tensor.ByteLength);

        void Add(string key, long value) => proto.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>The hash of all that was written.</summary>
    public byte[] Hash() => _hash.GetCurrentHash();

    /// <summary>Tells every message the file's name.</summary>
    public void Name(string name) => _locations.ForEach(l => l.Value = name);

    public void Dispose() => _hash.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Stream!.Write(bytes);
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }
}
