using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using Google.Protobuf.Collections;

namespace EasyQuant.Onnx.Reading;

/// <summary>Numbers in the list of their element type instead of in <c>raw_data</c>, both ways.</summary>
/// <remarks>
/// <c>int32_data</c> holds everything of up to 32 bits that is no float32: one element a number, 16-bit floats by their
/// bits, and types of 4 and 2 bits as the bytes they are packed in.
/// </remarks>
internal static class TypedElements
{
    /// <summary>Whether any list has a number.</summary>
    public static bool Any(TensorProto proto) =>
        proto.FloatData.Count + proto.Int32Data.Count + proto.Int64Data.Count + proto.DoubleData.Count + proto.Uint64Data.Count > 0;

    /// <summary>The tensor that the list of <paramref name="type"/> holds.</summary>
    /// <exception cref="InvalidModelException">The list has another length, or a number does not fit the type.</exception>
    public static Tensor Read(TensorProto proto, DataType type, Shape shape) => type switch
    {
        DataType.Float32 or DataType.Complex64 => Copy<float>(proto.FloatData, "float_data", type, shape),
        DataType.Float64 or DataType.Complex128 => Copy<double>(proto.DoubleData, "double_data", type, shape),
        DataType.Int64 => Copy<long>(proto.Int64Data, "int64_data", type, shape),
        DataType.UInt64 => Copy<ulong>(proto.Uint64Data, "uint64_data", type, shape),
        DataType.UInt32 => Narrow<ulong, uint>(proto.Uint64Data, "uint64_data", type, shape, v => (uint)v, v => v <= uint.MaxValue),
        DataType.Int32 => Copy<int>(proto.Int32Data, "int32_data", type, shape),
        _ when type.BitWidth() == 16 =>
            Narrow<int, ushort>(proto.Int32Data, "int32_data", type, shape, v => (ushort)v, v => v is >= short.MinValue and <= ushort.MaxValue),
        _ => Narrow<int, byte>(proto.Int32Data, "int32_data", type, shape, v => (byte)v, v => v is >= sbyte.MinValue and <= byte.MaxValue),
    };

    /// <summary>Puts the elements of <paramref name="tensor"/> into the list of their type.</summary>
    public static void Write(Tensor tensor, TensorProto proto)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes.Span;
        switch (tensor.Type)
        {
            case DataType.Float32 or DataType.Complex64:
                Append(proto.FloatData, MemoryMarshal.Cast<byte, float>(bytes), v => v);
                break;
            case DataType.Float64 or DataType.Complex128:
                Append(proto.DoubleData, MemoryMarshal.Cast<byte, double>(bytes), v => v);
                break;
            case DataType.Int64:
                Append(proto.Int64Data, MemoryMarshal.Cast<byte, long>(bytes), v => v);
                break;
            case DataType.UInt64:
                Append(proto.Uint64Data, MemoryMarshal.Cast<byte, ulong>(bytes), v => v);
                break;
            case DataType.UInt32:
                Append(proto.Uint64Data, MemoryMarshal.Cast<byte, uint>(bytes), v => v);
                break;
            case DataType.Int32:
                Append(proto.Int32Data, MemoryMarshal.Cast<byte, int>(bytes), v => v);
                break;
            case DataType.Int16:
                Append(proto.Int32Data, MemoryMarshal.Cast<byte, short>(bytes), v => v);
                break;
            case DataType.Int8:
                Append(proto.Int32Data, MemoryMarshal.Cast<byte, sbyte>(bytes), v => v);
                break;
            default:
                if (tensor.Type.BitWidth() == 16)
                {
                    Append(proto.Int32Data, MemoryMarshal.Cast<byte, ushort>(bytes), v => v);
                }
                else
                {
                    Append(proto.Int32Data, bytes, v => v);
                }

                break;
        }
    }

    private static Tensor Copy<T>(RepeatedField<T> list, string name, DataType type, Shape shape) where T : unmanaged =>
        Narrow<T, T>(list, name, type, shape, v => v, _ => true);

    private static unsafe Tensor Narrow<TStored, T>(
        RepeatedField<TStored> list, string name, DataType type, Shape shape, Func<TStored, T> convert, Predicate<TStored> fits)
        where TStored : unmanaged where T : unmanaged
    {
        long expected = type.ByteLength(shape.ElementCount) / sizeof(T);
        TensorReader.Expect(expected, list.Count, $"elements in {name}", type, shape);
        byte[] bytes = new byte[expected * sizeof(T)];
        Span<T> elements = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = fits(list[i])
                ? convert(list[i])
                : throw new InvalidModelException($"element {i} of {name} is {list[i]}, which does not fit {type.ShortName()}.");
        }

        return Tensor.FromBytes(type, shape, bytes);
    }

    private static void Append<T, TStored>(RepeatedField<TStored> list, ReadOnlySpan<T> elements, Func<T, TStored> convert)
    {
        list.Capacity = elements.Length;
        foreach (T element in elements)
        {
            list.Add(convert(element));
        }
    }
}
