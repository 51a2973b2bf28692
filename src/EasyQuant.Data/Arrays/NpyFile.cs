using EasyQuant.Files;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Arrays;

/// <summary>NumPy's .npy files: one array of numbers each.</summary>
public static class NpyFile
{
    /// <summary>Reads an array.</summary>
    /// <exception cref="InvalidSampleException">The file is missing, damaged, larger than 2 GiB or holds no plain numbers.</exception>
    public static Tensor Read(string path)
    {
        using FileStream stream = Open(path);
        return Read(stream, stream.Length, path);
    }

    /// <summary>Writes an array, in C order and little-endian.</summary>
    /// <remarks>The file appears when it is complete: where writing fails, whatever stood at the path still stands there.</remarks>
    /// <exception cref="NotSupportedException">NumPy has no such element type.</exception>
    public static void Write(string path, Tensor tensor)
    {
        using FileTransaction files = new();
        Write(files.Create(path), tensor);
        files.Commit();
    }

    /// <summary>Writes an array to a stream.</summary>
    /// <exception cref="NotSupportedException">NumPy has no such element type.</exception>
    public static void Write(Stream stream, Tensor tensor)
    {
        stream.Write(NpyHeader.Write(tensor.Type, tensor.Shape));
        stream.Write(tensor.Bytes.Span);
    }

    /// <summary>Opens a file for reading, or says that there is none.</summary>
    internal static FileStream Open(string path) =>
        File.Exists(path) ? File.OpenRead(path) : throw new InvalidSampleException($"There is no array '{path}'.");

    /// <summary>Reads an array from a stream of <paramref name="length"/> bytes.</summary>
    internal static Tensor Read(Stream stream, long length, string name)
    {
        NpyHeader header = NpyHeader.Read(stream, name);
        CheckLength(header, length, name);
        Tensor tensor = Tensor.Allocate(header.Type, header.Shape);
        Span<byte> bytes = ElementLayout.Buffer(tensor);
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidSampleException($"Array '{name}' ends within its data.");
        }

        ElementLayout.ToLittleEndian(bytes, header);
        return header.IsFortranOrder ? ElementLayout.FromFortranOrder(tensor) : tensor;
    }

    /// <summary>Refuses a file that is shorter or longer than its header says; done before memory is taken.</summary>
    internal static void CheckLength(NpyHeader header, long length, string name)
    {
        if (length - header.Length != header.DataLength)
        {
            throw new InvalidSampleException($"Array '{name}' ({header.Type.ShortName()}[{header.Shape}]) should have {header.DataLength} bytes of data, found {length - header.Length}.");
        }
    }
}
