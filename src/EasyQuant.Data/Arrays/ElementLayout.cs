using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Arrays;

/// <summary>Brings the elements of foreign arrays into the layout of tensors: little-endian, last dimension fastest.</summary>
internal static class ElementLayout
{
    /// <summary>The buffer of a tensor that its creator is still filling, whatever its element type.</summary>
    public static Span<byte> Buffer(Tensor tensor) => MemoryMarshal.AsMemory(tensor.Bytes).Span;

    /// <summary>Reverses the bytes of each element where the file has them the other way round.</summary>
    public static void ToLittleEndian(Span<byte> bytes, NpyHeader header)
    {
        if (!header.IsBigEndian)
        {
            return;
        }

        switch (header.Type.BitWidth())
        {
            case 16: Reverse<ushort>(bytes, BinaryPrimitives.ReverseEndianness); break;
            case 32: Reverse<uint>(bytes, BinaryPrimitives.ReverseEndianness); break;
            case 64: Reverse<ulong>(bytes, BinaryPrimitives.ReverseEndianness); break;
        }
    }

    /// <summary>The same array with the last dimension fastest, from one with the first dimension fastest.</summary>
    public static Tensor FromFortranOrder(Tensor source)
    {
        int size = source.Type.BitWidth() / 8;
        Tensor result = Tensor.Allocate(source.Type, source.Shape);
        ReadOnlySpan<byte> from = source.Bytes.Span;
        Span<byte> to = Buffer(result);
        int[] strides = new int[source.Shape.Rank];
        for (int i = 0, stride = 1; i < strides.Length; stride *= source.Shape[i], i++)
        {
            strides[i] = stride;
        }

        int[] position = new int[strides.Length];
        for (int i = 0, offset = 0; i < result.Count; i++)
        {
            from.Slice(offset * size, size).CopyTo(to[(i * size)..]);
            for (int d = strides.Length - 1; d >= 0; d--)
            {
                offset += strides[d];
                if (++position[d] < source.Shape[d])
                {
                    break;
                }

                offset -= strides[d] * position[d];
                position[d] = 0;
            }
        }

        return result;
    }

    private delegate void Reversal<T>(ReadOnlySpan<T> source, Span<T> destination);

    private static void Reverse<T>(Span<byte> bytes, Reversal<T> reverse) where T : unmanaged
    {
        Span<T> elements = MemoryMarshal.Cast<byte, T>(bytes);
        reverse(elements, elements);
    }
}
