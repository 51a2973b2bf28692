using System.Runtime.InteropServices;

namespace EasyQuant.Quantization.Caching;

/// <summary>Arrays in the entries of a cache: their length, then their elements.</summary>
internal static class BinaryArrays
{
    /// <summary>Writes an array; nothing is another one than an empty one.</summary>
    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> elements) where T : unmanaged
    {
        writer.Write(elements.Length);
        writer.Write(MemoryMarshal.AsBytes(elements));
    }

    /// <summary>Reads an array of so many elements.</summary>
    /// <exception cref="InvalidDataException">It has another length.</exception>
    public static T[] ReadArray<T>(this BinaryReader reader, int length) where T : unmanaged
    {
        T[] elements = new T[reader.ReadCount(length, length)];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }

    /// <summary>Reads a number of things that lies within these limits.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static int ReadCount(this BinaryReader reader, int least, int most)
    {
        int count = reader.ReadInt32();
        return count >= least && count <= most ? count : throw new InvalidDataException($"it counts {count} where {least} to {most} are possible");
    }
}
