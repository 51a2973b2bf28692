using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Onnx.ExternalData;
using EasyQuant.Onnx.Format;
using EasyQuant.Onnx.Origins;
using EasyQuant.Tensors;

namespace EasyQuant.Onnx.Reading;

/// <summary>Makes tensors of messages. What a message claims of its size is checked against the data it brings, before anything is allocated.</summary>
/// <remarks>Numbers in <c>raw_data</c> and in files are not copied.</remarks>
internal sealed class TensorReader(ExternalDataFolder? folder)
{
    /// <summary>The tensor; the message loses its numbers and becomes the origin's shell.</summary>
    /// <param name="proto">The message; it is changed.</param>
    /// <param name="what">What messages call the tensor, as in <c>initializer 'w'</c>.</param>
    public TensorOrigin Read(TensorProto proto, string what)
    {
        try
        {
            (Tensor tensor, TensorStorage storage) = Decode(proto);
            Strip(proto, tensor.Type);
            return new TensorOrigin(proto, storage, tensor);
        }
        catch (InvalidModelException error)
        {
            throw new InvalidModelException($"{what}: {error.Message}", error);
        }
    }

    private (Tensor Tensor, TensorStorage Storage) Decode(TensorProto proto)
    {
        if (proto.Segment is not null)
        {
            throw new InvalidModelException("the tensor is one segment of a larger one, which is not supported; store it whole.");
        }

        DataType type = ElementTypes.Read(proto.DataType);
        (Shape shape, int length) = Extent(type, proto.Dims);
        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            return (Tensor.FromBytes(type, shape, ReadExternal(proto, type, length)), TensorStorage.External);
        }

        if (type == DataType.String)
        {
            return (ReadStrings(proto, shape), TensorStorage.Typed);
        }

        if (proto.HasRawData && (proto.RawData.Length > 0 || !TypedElements.Any(proto)))
        {
            Expect(length, proto.RawData.Length, "bytes of raw_data", type, shape);
            return (Tensor.FromBytes(type, shape, MemoryMarshal.AsMemory(proto.RawData.Memory)), TensorStorage.Raw);
        }

        return (TypedElements.Read(proto, type, shape), TensorStorage.Typed);
    }

    private Memory<byte> ReadExternal(TensorProto proto, DataType type, int length)
    {
        if (type == DataType.String)
        {
            throw new InvalidModelException("text cannot lie in external data; expected string_data.");
        }

        return folder is null
            ? throw new InvalidModelException("its data lies in another file, but the model was not read from a folder. Read it by its path.")
            : folder.Read(proto.ExternalData, length);
    }

    private static Tensor ReadStrings(TensorProto proto, Shape shape)
    {
        Expect(shape.ElementCount, proto.StringData.Count, "elements in string_data", DataType.String, shape);
        return Tensor.FromStrings([.. proto.StringData.Select(s => s.ToStringUtf8())], shape);
    }

    private static (Shape Shape, int Length) Extent(DataType type, IReadOnlyCollection<long> dims)
    {
        string text = string.Join('x', dims);
        if (dims.Any(d => d is < 0 or > int.MaxValue))
        {
            throw new InvalidModelException($"its shape is {text}, expected extents from 0 to {int.MaxValue}.");
        }

        Shape shape = Shape.FromInt64([.. dims]);
        try
        {
            long count = shape.ElementCount;
            long bytes = type.ByteLength(count);
            return Math.Max(count, bytes) <= int.MaxValue
                ? (shape, (int)bytes)
                : throw new InvalidModelException($"its shape is {text}, {bytes} bytes; a tensor may not exceed 2 GiB. Split it into several.");
        }
        catch (OverflowException error)
        {
            throw new InvalidModelException($"its shape is {text}; a tensor may not exceed 2 GiB.", error);
        }
    }

    internal static void Expect(long expected, long found, string what, DataType type, Shape shape)
    {
        if (expected != found)
        {
            throw new InvalidModelException($"{type.ShortName()}[{shape}] takes {expected} {what}, found {found}.");
        }
    }

    private static void Strip(TensorProto proto, DataType type)
    {
        proto.ClearRawData();
        proto.FloatData.Clear();
        proto.Int32Data.Clear();
        proto.Int64Data.Clear();
        proto.DoubleData.Clear();
        proto.Uint64Data.Clear();
        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
        {
            proto.ExternalData.Clear();
            proto.ClearDataLocation();
        }

        if (type != DataType.String)
        {
            proto.StringData.Clear();
        }
    }
}
