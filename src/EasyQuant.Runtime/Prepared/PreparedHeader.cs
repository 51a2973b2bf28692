using System.Buffers.Binary;
using EasyQuant.Graphs;

namespace EasyQuant.Runtime.Prepared;

/// <summary>
/// The first 64 bytes of a prepared model, little-endian: the signature (8 bytes), the version (4), zeros (4), the length of the
/// structure (8), the length of the file (8), zeros (16), the checksum (16). The structure follows at 64, the constants at the next
/// multiple of 64 behind it.
/// </summary>
/// <param name="StructureLength">Bytes of the structure.</param>
/// <param name="FileLength">Bytes of the file, a multiple of 64.</param>
/// <param name="Checksum">Of all other bytes.</param>
internal readonly record struct PreparedHeader(long StructureLength, long FileLength, UInt128 Checksum)
{
    /// <summary>Bytes of the header, and the alignment of whatever the file holds.</summary>
    public const int Length = 64;

    /// <summary>Where the checksum lies.</summary>
    public const int ChecksumOffset = 48;

    /// <summary>The version of the format that is written, and the only one that is read.</summary>
    public const int Version = 1;

    private const int VersionOffset = 8;
    private const int StructureLengthOffset = 16;
    private const int FileLengthOffset = 24;
    private const int EndOfFileLength = 32;

    /// <summary>
    /// A byte that text does not have, so that the file is not taken for text; line ends, which a transfer as text would change; and the
    /// mark that ends a text on some systems.
    /// </summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'E', (byte)'Q', (byte)'M', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Where the constants begin.</summary>
    public long DataOffset => Align(Length + StructureLength);

    /// <summary>The next multiple of 64.</summary>
    public static long Align(long offset) => (offset + Length - 1) / Length * Length;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The first bytes of the file, 64 or, where it is shorter, all.</param>
    /// <param name="fileLength">The length that the file has.</param>
    /// <exception cref="InvalidModelException">It is none, or not of this file.</exception>
    public static PreparedHeader Read(ReadOnlySpan<byte> bytes, long fileLength)
    {
        int known = Math.Min(bytes.Length, Signature.Length);
        if (known == 0 || !bytes[..known].SequenceEqual(Signature[..known]))
        {
            throw new InvalidModelException(
                "this is no prepared model (.eqm). An ONNX model is read with OnnxModelReader of EasyQuant.Onnx, or made into a prepared one with 'easyquant compile MODEL.onnx -o MODEL.eqm'.");
        }

        if (bytes.Length < Length)
        {
            throw new InvalidModelException($"the prepared model is cut off: it has {bytes.Length} bytes, its header alone {Length}.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[VersionOffset..]);
        if (version != Version)
        {
            throw new InvalidModelException(
                $"the prepared model has version {version} of the format, this library reads version {Version}. Make it again from its ONNX model with 'easyquant compile' of the same release.");
        }

        ulong structure = BinaryPrimitives.ReadUInt64LittleEndian(bytes[StructureLengthOffset..]);
        ulong file = BinaryPrimitives.ReadUInt64LittleEndian(bytes[FileLengthOffset..]);
        if (file != (ulong)fileLength)
        {
            throw new InvalidModelException($"the prepared model is cut off or damaged: its header speaks of {file} bytes, the file has {fileLength}.");
        }

        bool hasZeros = bytes[(VersionOffset + sizeof(uint))..StructureLengthOffset].IndexOfAnyExcept((byte)0) < 0 && bytes[EndOfFileLength..ChecksumOffset].IndexOfAnyExcept((byte)0) < 0;
        if (!hasZeros || fileLength % Length != 0 || structure > (ulong)(fileLength - Length) || structure > int.MaxValue)
        {
            throw new InvalidModelException($"the prepared model is damaged: its header speaks of a structure of {structure} bytes in a file of {fileLength}.");
        }

        return new PreparedHeader((long)structure, fileLength, BinaryPrimitives.ReadUInt128LittleEndian(bytes[ChecksumOffset..]));
    }

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[..Length].Clear();
        Signature.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[VersionOffset..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[StructureLengthOffset..], (ulong)StructureLength);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[FileLengthOffset..], (ulong)FileLength);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[ChecksumOffset..], Checksum);
    }
}
