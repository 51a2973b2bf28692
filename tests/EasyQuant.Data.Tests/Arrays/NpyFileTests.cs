using System.Text;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Arrays;

public sealed class NpyFileTests
{
    [Theory]
    [InlineData("c_f2", DataType.Float16)]
    [InlineData("c_f4", DataType.Float32)]
    [InlineData("c_f8", DataType.Float64)]
    [InlineData("c_f4_big", DataType.Float32)]
    [InlineData("c_f8_big", DataType.Float64)]
    [InlineData("version2", DataType.Float32)]
    [InlineData("version3", DataType.Float32)]
    [InlineData("fortran", DataType.Float32)]
    [InlineData("c_i1", DataType.Int8)]
    [InlineData("c_i2", DataType.Int16)]
    [InlineData("c_i2_big", DataType.Int16)]
    [InlineData("c_i4", DataType.Int32)]
    [InlineData("c_i8", DataType.Int64)]
    [InlineData("c_i8_big", DataType.Int64)]
    [InlineData("c_u1", DataType.UInt8)]
    [InlineData("c_u2", DataType.UInt16)]
    [InlineData("c_u4", DataType.UInt32)]
    [InlineData("c_u8", DataType.UInt64)]
    [InlineData("bool", DataType.Bool)]
    public void ReadsWhatNumPyWrote(string name, DataType type)
    {
        Tensor tensor = NpyFile.Read(Fixture.PathOf(name + ".npy"));

        Assert.Equal(type, tensor.Type);
        Assert.Equal([2, 3, 4], tensor.Shape);
        // The fixtures are i / 8 − 1 as reals, i − 8 as signed and i as unsigned integers, i > 8 as truth.
        Assert.Equal(
            Enumerable.Range(0, 24).Select(i => name == "bool" ? (i > 8 ? 1 : 0) : name.StartsWith("c_u", StringComparison.Ordinal) ? i : name.StartsWith("c_", StringComparison.Ordinal) ? i - 8.0 : i / 8.0 - 1),
            Enumerable.Range(0, 24).Select(i => Element(tensor, i)));
    }

    [Fact]
    public void ReadsScalarsAndVectors()
    {
        Assert.Equal("f32[scalar]", NpyFile.Read(Fixture.PathOf("scalar.npy")).ToString());
        Assert.Equal([0L, 1, 2], NpyFile.Read(Fixture.PathOf("vector.npy")).AsSpan<long>().ToArray());
    }

    [Theory]
    [InlineData("c_f4.npy")]
    [InlineData("c_u1.npy")]
    [InlineData("bool.npy")]
    [InlineData("scalar.npy")]
    [InlineData("vector.npy")]
    public void WritesTheBytesThatNumPyWrites(string name)
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, NpyFile.Read(Fixture.PathOf(name)));

        Assert.Equal(File.ReadAllBytes(Fixture.PathOf(name)), stream.ToArray());
    }

    [Fact]
    public void AnArrayThatCannotBeWritten_LeavesTheFormerOneAndNothingElse()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "a.npy");
        NpyFile.Write(path, Tensor.From<float>([1, 2], [2]));
        byte[] before = File.ReadAllBytes(path);

        Assert.Throws<NotSupportedException>(() => NpyFile.Write(path, Tensor.FromStrings(["text"], [1])));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void EveryTruncation_IsRefused()
    {
        byte[] file = File.ReadAllBytes(Fixture.PathOf("c_f4.npy"));
        for (int length = 0; length < file.Length; length++)
        {
            byte[] part = file[..length];
            Assert.Throws<InvalidSampleException>(() => NpyFile.Read(new MemoryStream(part), part.Length, "x"));
        }
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1073741824, 1073741824, 1073741824), }", "impossible shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "impossible shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }", "2 GiB")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (100000000,), }", "should have 400000000 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "tuple of counts")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2", "tuple of counts")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", "no 'descr', 'fortran_order' or 'shape'")]
    [InlineData("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (), }", "neither True nor False")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (), }", "type '<c8'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (), }", "records")]
    [InlineData("{'other': '<f4', }", "key 'other'")]
    [InlineData("", "no '{'")]
    public void MalformedHeaders_AreRefused_BeforeMemoryIsTaken(string header, string finding)
    {
        byte[] file = [.. NpyHeader.Magic, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header)];
        long before = GC.GetAllocatedBytesForCurrentThread();

        InvalidSampleException e = Assert.Throws<InvalidSampleException>(() => NpyFile.Read(new MemoryStream(file), file.Length, "a.npy"));

        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void PickledObjects_AreRefused() => Assert.Contains("type '|O'", Assert.Throws<InvalidSampleException>(() => NpyFile.Read(Fixture.PathOf("object.npy"))).Message, StringComparison.Ordinal);

    private static double Element(Tensor tensor, int i) => tensor.Type switch
    {
        DataType.Float16 => (double)tensor.AsSpan<Half>()[i],
        DataType.Float32 => tensor.AsSpan<float>()[i],
        DataType.Float64 => tensor.AsSpan<double>()[i],
        DataType.Int8 => tensor.AsSpan<sbyte>()[i],
        DataType.Int16 => tensor.AsSpan<short>()[i],
        DataType.Int32 => tensor.AsSpan<int>()[i],
        DataType.Int64 => tensor.AsSpan<long>()[i],
        DataType.UInt16 => tensor.AsSpan<ushort>()[i],
        DataType.UInt32 => tensor.AsSpan<uint>()[i],
        DataType.UInt64 => tensor.AsSpan<ulong>()[i],
        _ => tensor.AsSpan<byte>()[i],
    };
}
