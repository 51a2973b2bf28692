using System.Buffers.Binary;
using EasyQuant.Graphs;
using EasyQuant.Runtime.Prepared;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Runtime.Tests.Prepared;

/// <summary>Whatever a file holds, the answer is a model or an <see cref="InvalidModelException"/>.</summary>
public sealed class DamagedPreparedModelTests
{
    private static readonly byte[] s_sound = SampleGraphs.Write(SampleGraphs.Everything());

    [Fact]
    public void EveryChangedBit_OfTheHeader_IsRefused()
    {
        for (int bit = 0; bit < 8 * PreparedHeader.Length; bit++)
        {
            byte[] damaged = [.. s_sound];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read(damaged));
        }
    }

    [Fact]
    public void EveryChangedByte_Elsewhere_IsRefused_ByTheChecksum()
    {
        for (int i = PreparedHeader.Length; i < s_sound.Length; i++)
        {
            byte[] damaged = [.. s_sound];
            damaged[i] ^= 0x40;
            Assert.Contains("checksum", Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read(damaged)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryShorterFile_IsRefused()
    {
        for (int length = 0; length < s_sound.Length; length++)
        {
            Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read(s_sound[..length]));
        }
    }

    [Fact]
    public void Files_CutOffBetweenTheirParts_AreRefused()
    {
        using TemporaryFolder folder = new();
        PreparedHeader header = PreparedHeader.Read(s_sound, s_sound.Length);
        int structureEnd = (int)(PreparedHeader.Length + header.StructureLength);
        foreach (int length in new[] { 1, 7, 8, PreparedHeader.Length - 1, PreparedHeader.Length, structureEnd, (int)header.DataOffset, s_sound.Length - 64, s_sound.Length - 1 })
        {
            string path = folder.Write("short.eqm", s_sound[..length]);
            Assert.Contains("cut off", Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LongerFiles_AreRefused() => Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read([.. s_sound, .. new byte[64]]));

    [Fact]
    public void AnotherVersion_IsNamed()
    {
        byte[] foreign = [.. s_sound];
        foreign[8] = 2;

        Assert.Contains("version 2", Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read(foreign)).Message, StringComparison.Ordinal);
    }

    // With the checksum mended, whatever the bytes say is believed only where it can be.
    [Fact]
    public void ChangedBytes_UnderARightChecksum_GiveAModelOrARefusal()
    {
        Random random = new(1);
        PreparedHeader header = PreparedHeader.Read(s_sound, s_sound.Length);
        int refused = 0;
        for (int attempt = 0; attempt < 10_000; attempt++)
        {
            byte[] changed = [.. s_sound];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                changed[random.Next(PreparedHeader.Length, PreparedHeader.Length + (int)header.StructureLength)] = (byte)random.Next(256);
            }

            Mend(changed);
            try
            {
                Model model = PreparedModelFile.Read(changed);
                Assert.Empty(GraphVerifier.FindViolations(model));
                _ = model.Graph.Initializers.Sum(i => i.Constant!.Bytes.Length);
            }
            catch (InvalidModelException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 9_999);
    }

    [Fact]
    public void AHugeStructure_IsRefused_BeforeMemoryIsTaken()
    {
        foreach (ulong length in new ulong[] { (ulong)s_sound.Length, uint.MaxValue, long.MaxValue, ulong.MaxValue })
        {
            byte[] changed = [.. s_sound];
            BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(16), length);
            Mend(changed);
            Assert.Contains("structure", Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read(changed)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void GraphsNestedTooDeep_AreRefused()
    {
        Graph inner = GraphText.Parse("() => (y) y = Identity(f32[1]{1})").Graph;
        for (int depth = 0; depth < 40; depth++)
        {
            // Names of values differ, as nested graphs may not hide what lies around them.
            Graph outer = new();
            Node node = outer.Add(new Node("Hold", [], [new Value($"v{depth}")]));
            node.Attributes["body"] = new GraphAttribute(inner);
            outer.Outputs.Add(node.Outputs[0]!);
            inner = outer;
        }

        byte[] written = SampleGraphs.Write(new Model(inner));

        Assert.Contains("nest", Assert.Throws<InvalidModelException>(() => PreparedModelFile.Read(written)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConstantBeyondTheFile_IsRefused()
    {
        StructureWriter structure = new();
        structure.Tensor(Tensor.Allocate(DataType.Float32, [16]));
        byte[] bytes = structure.ToArray();

        Assert.Throws<InvalidModelException>(() => new StructureReader(bytes, new ConstantData(63, (_, _) => default)).Tensor());
        Assert.Throws<InvalidModelException>(() => new StructureReader([.. bytes[..^1], 1], new ConstantData(127, (_, _) => default)).Tensor());
    }

    // Names, types, extents: the table of texts is empty, then comes the constant.
    [Theory]
    [InlineData("a type that is none", new byte[] { 0, 99, 0 })]
    [InlineData("no type", new byte[] { 0, 0, 0 })]
    [InlineData("an extent of 2^35", new byte[] { 0, 1, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 1 })]
    [InlineData("more elements than 64 bits count", new byte[] { 0, 1, 3, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0xFF, 0xFF, 0xFF, 0xFF, 7 })]
    [InlineData("more bytes than 2 GiB", new byte[] { 0, 1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0 })]
    [InlineData("more texts than bytes", new byte[] { 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF, 7 })]
    [InlineData("a number without end", new byte[] { 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData("a longer list than there are bytes", new byte[] { 0, 1, 9, 1, 1 })]
    public void ImpossibleConstants_AreRefused(string what, byte[] structure)
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => new StructureReader(structure, new ConstantData(1 << 20, (_, length) => new byte[length])).Tensor());
        Assert.True(error.Message.Contains("damaged", StringComparison.Ordinal), what);
    }

    private static void Mend(byte[] bytes)
    {
        bytes.AsSpan(PreparedHeader.ChecksumOffset, PreparedHeader.Length - PreparedHeader.ChecksumOffset).Clear();
        PreparedChecksum checksum = new();
        checksum.Add(bytes);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(PreparedHeader.ChecksumOffset), checksum.Value);
    }
}
