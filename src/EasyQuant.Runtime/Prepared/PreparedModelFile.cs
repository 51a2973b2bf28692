using EasyQuant.Files;
using EasyQuant.Graphs;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Prepared;

/// <summary>Writes and reads prepared models (<c>.eqm</c>): a model's graph in a form that is read in milliseconds, with the constants mapped into memory instead of read.</summary>
/// <remarks>
/// <para>See <see cref="PreparedHeader"/> for the parts of the file, <see cref="StructureWriter"/> and <see cref="GraphWriter"/> for what they hold.</para>
/// <para>A file is untrusted: every count, number, place and length is checked before it is used, nesting is bounded, and the graph is
/// verified. A checksum over all bytes tells accidents apart from models.</para>
/// <para>The format belongs to a release: files of another version are refused. Keep the ONNX model to make them again.</para>
/// </remarks>
public static class PreparedModelFile
{
    // The checksum is taken in pieces, so that a file may be larger than 2 GiB.
    private const int LargestPiece = 1 << 24;

    /// <summary>Whether a file begins as prepared models do; false where it cannot be read.</summary>
    public static bool IsPrepared(string path)
    {
        try
        {
            Span<byte> start = stackalloc byte[PreparedHeader.Signature.Length];
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(PreparedHeader.Signature);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    /// <summary>Maps a prepared model. The file must not be changed while the model is in use; replacing it is fine.</summary>
    /// <exception cref="InvalidModelException">There is no such file, or it is no usable prepared model; the message begins with the path.</exception>
    public static Model Read(string path) => ModelFileErrors.Name(path, "a prepared model (.eqm)", () =>
    {
        MappedFile file = new(path);
        return Read(file.Length, file.Slice);
    });

    /// <summary>Reads a prepared model from memory, a resource of a program for instance. Constants stay where they are.</summary>
    /// <exception cref="InvalidModelException">It is no usable prepared model.</exception>
    public static Model Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Read(bytes.Length, (offset, length) => bytes.AsMemory((int)offset, length));
    }

    /// <summary>Writes a model to a temporary file that is then moved into place.</summary>
    /// <exception cref="InvalidModelException">The model contradicts itself; nothing is left behind.</exception>
    /// <exception cref="UnsupportedModelException">It holds what a prepared model cannot.</exception>
    public static void Write(Model model, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileTransaction files = new();
        Write(model, files.Create(path));
        files.Commit();
    }

    /// <summary>Writes a model to a stream.</summary>
    /// <inheritdoc cref="Write(Model, string)"/>
    public static void Write(Model model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        GraphVerifier.Verify(model);
        StructureWriter structure = new();
        ModelStructure.Write(model, structure);
        byte[] body = structure.ToArray();
        PreparedHeader header = new(body.Length, 0, 0);
        header = header with { FileLength = header.DataOffset + structure.Apart.Sum(t => PreparedHeader.Align(t.ByteLength)) };

        // The checksum comes first and is of all that follows; so everything is gone through twice.
        byte[] start = new byte[PreparedHeader.Length];
        header.Write(start);
        PreparedChecksum checksum = new();
        checksum.Add(start);
        PassParts(body, structure.Apart, part => checksum.Add(part));
        (header with { Checksum = checksum.Value }).Write(start);
        stream.Write(start);
        PassParts(body, structure.Apart, part => stream.Write(part));
    }

    private static Model Read(long fileLength, Func<long, int, Memory<byte>> slice)
    {
        Span<byte> start = stackalloc byte[PreparedHeader.Length];
        ReadOnlySpan<byte> found = slice(0, (int)Math.Min(fileLength, PreparedHeader.Length)).Span;
        PreparedHeader header = PreparedHeader.Read(found, fileLength);
        found.CopyTo(start);
        start[PreparedHeader.ChecksumOffset..].Clear();
        PreparedChecksum checksum = new();
        checksum.Add(start);
        for (long offset = PreparedHeader.Length; offset < fileLength; offset += LargestPiece)
        {
            checksum.Add(slice(offset, (int)Math.Min(LargestPiece, fileLength - offset)).Span);
        }

        if (checksum.Value != header.Checksum)
        {
            throw new InvalidModelException("the prepared model is damaged: its checksum does not match what it holds. Make it again with 'easyquant compile'.");
        }

        ConstantData data = new(fileLength - header.DataOffset, (offset, length) => slice(header.DataOffset + offset, length));
        StructureReader structure = new(slice(PreparedHeader.Length, (int)header.StructureLength).ToArray(), data);
        Model model = ModelStructure.Read(structure);
        return structure.IsAtEnd ? model : throw structure.Damaged("the model ends");
    }

    // Whatever comes behind the header, each part filled up with zeros to a multiple of 64 bytes.
    private static void PassParts(byte[] structure, IReadOnlyList<Tensor> constants, Action<ReadOnlySpan<byte>> pass)
    {
        PassPart(structure, pass);
        foreach (Tensor constant in constants)
        {
            PassPart(constant.Bytes.Span, pass);
        }
    }

    private static void PassPart(ReadOnlySpan<byte> part, Action<ReadOnlySpan<byte>> pass)
    {
        int whole = part.Length / PreparedHeader.Length * PreparedHeader.Length;
        pass(part[..whole]);
        if (whole < part.Length)
        {
            Span<byte> rest = stackalloc byte[PreparedHeader.Length];
            rest.Clear();
            part[whole..].CopyTo(rest);
            pass(rest);
        }
    }
}
