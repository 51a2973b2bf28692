using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using EasyQuant.Onnx.Reading;
using EasyQuant.Tensors;
using Google.Protobuf;

namespace EasyQuant.Onnx.Writing;

/// <summary>Makes messages of tensors, in the form in which they were read; new tensors as <c>raw_data</c>, without a copy.</summary>
internal static class TensorWriter
{
    /// <summary>The message of a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="origin">The form it or its predecessor was read in.</param>
    /// <param name="external">Where large tensors go.</param>
    public static TensorProto Write(Tensor tensor, TensorOrigin? origin, ExternalDataFile? external = null)
    {
        TensorProto proto = origin?.Shell.Clone() ?? new TensorProto();
        proto.DataType = (int)tensor.Type;
        proto.Dims.Clear();
        proto.Dims.AddRange(tensor.Shape.ToInt64Array());
        if (tensor.Type == DataType.String)
        {
            if (!ReferenceEquals(tensor, origin?.Tensor))
            {
                proto.StringData.Clear();
                proto.StringData.AddRange(tensor.Strings.Select(ByteString.CopyFromUtf8));
            }

            return proto;
        }

        proto.StringData.Clear();
        if (external is not null && external.Takes(tensor))
        {
            external.Write(tensor, proto);
        }
        else if (origin?.Storage == TensorStorage.Typed)
        {
            TypedElements.Write(tensor, proto);
        }
        else
        {
            proto.RawData = UnsafeByteOperations.UnsafeWrap(tensor.Bytes);
        }

        return proto;
    }
}
