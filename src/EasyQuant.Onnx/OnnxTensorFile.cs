using EasyQuant.Data;
using EasyQuant.Files;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Reading;
using EasyQuant.Onnx.Writing;
using EasyQuant.Tensors;
using Google.Protobuf;

namespace EasyQuant.Onnx;

/// <summary>Reads and writes single tensors as ONNX's test data holds them, one <c>TensorProto</c> a file.</summary>
public static class OnnxTensorFile
{
    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InvalidSampleException">There is no such file, or it holds no tensor; the message begins with the path.</exception>
    public static Tensor Read(string path) => ReadNamed(path).Tensor;

    /// <summary>Reads a tensor and the name that the file gives it; the name may be empty.</summary>
    /// <exception cref="InvalidSampleException">There is no such file, or it holds no tensor; the message begins with the path.</exception>
    public static (string Name, Tensor Tensor) ReadNamed(string path) => DataFile.Read(path, TensorProto.Parser, "tensor", proto =>
        proto.Segment is not null
            // A sequence and an optional hold their first tensor where a tensor has its segment.
            ? throw new InvalidSampleException($"'{path}': this is a sequence or an optional, expected a tensor.")
            : (proto.Name, new TensorReader(null).Read(proto, $"'{path}'").Tensor));

    /// <summary>Writes a tensor to a temporary file that is then moved into place.</summary>
    public static void Write(Tensor tensor, string path, string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentException.ThrowIfNullOrEmpty(path);
        TensorProto proto = TensorWriter.Write(tensor, null);
        if (name.Length > 0)
        {
            proto.Name = name;
        }

        using FileTransaction files = new();
        proto.WriteTo(files.Create(path));
        files.Commit();
    }
}
