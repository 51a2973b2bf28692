using System.Globalization;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;

namespace EasyQuant.Onnx.Writing;

/// <summary>The file beside a model that takes the numbers of its large constants, each at a page boundary so that it can be mapped.</summary>
/// <param name="open">Opens the file; called when the first tensor comes.</param>
/// <param name="location">The file's name, as the model gives it.</param>
/// <param name="threshold">Tensors of fewer bytes stay in the model.</param>
internal sealed class ExternalDataFile(Func<Stream> open, string location, long threshold)
{
    private const int Page = 4096;

    private Stream? _stream;

    /// <summary>Whether the tensor belongs into this file.</summary>
    public bool Takes(Tensor tensor) => tensor.Type != DataType.String && tensor.ByteLength > 0 && tensor.ByteLength >= threshold;

    /// <summary>Writes the tensor's numbers, and in its message where they are.</summary>
    public void Write(Tensor tensor, TensorProto proto)
    {
        _stream ??= open();
        long offset = (_stream.Position + Page - 1) / Page * Page;
        _stream.Write(new byte[offset - _stream.Position]);
        _stream.Write(tensor.Bytes.Span);
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        Add("location", location);
        Add("offset", offset.ToString(CultureInfo.InvariantCulture));
        Add("length", tensor.ByteLength.ToString(CultureInfo.InvariantCulture));

        void Add(string key, string value) => proto.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }
}
