using System.Text;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Google.Protobuf;
using Xunit;

namespace EasyQuant.Onnx.Tests;

public sealed class HostileModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NamesTheFile_WhenItIsMissing() => AssertRefused(_folder["none.onnx"], "there is no such file");

    [Fact]
    public void NamesTheFile_WhenItIsAFolder() => AssertRefused(_folder.Path, "this is a folder");

    [Fact]
    public void NamesTheFile_WhenItIsEmpty() => AssertRefused(_folder.Write("empty.onnx", []), "the file is empty");

    [Fact]
    public void NamesTheFile_WhenItIsText() =>
        AssertRefused(_folder.Write("text.onnx", Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")), "no ONNX model");

    [Fact]
    public void NamesTheFile_WhenThereIsNoGraph() => AssertRefused(_folder.Write("head.onnx", new ModelProto { IrVersion = 8 }), "no graph");

    [Fact]
    public void RefusesAModel_CutOffAnywhere()
    {
        byte[] whole = Protos.WithInitializer(Protos.Raw(DataType.Float32, [2], new byte[8])).ToByteArray();
        for (int length = 0; length < whole.Length; length++)
        {
            AssertRefused(_folder.Write("cut.onnx", whole[..length]), "");
        }
    }

    [Fact]
    public void WithAnyByteChanged_AModelIsRefusedOrStaysReadable()
    {
        NodeProto branch = Protos.Node("If", ["x"], "z");
        branch.Attribute.Add(Protos.Graph("then_branch", Protos.WithInitializer(Protos.Raw(DataType.Int4, [3], new byte[2])).Graph));
        branch.Attribute[0].G.Input.Clear();
        ModelProto model = Protos.WithInitializer(new TensorProto { DataType = (int)DataType.Float32, Dims = { 2 }, FloatData = { 1, 2 } });
        model.Graph.Node.Add(branch);
        byte[] whole = model.ToByteArray();
        int refused = 0;
        foreach ((int position, byte flip) in Enumerable.Range(0, whole.Length).SelectMany(i => new byte[] { 0x01, 0x08, 0x80, 0xff }.Select(f => (i, f))))
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= flip;
            Model read;
            try
            {
                read = OnnxModelReader.Read(new MemoryStream(damaged));
            }
            catch (InvalidModelException)
            {
                refused++;
                continue;
            }

            OnnxModelReader.Read(new MemoryStream(RoundTrip.Write(read)));
        }

        Assert.InRange(refused, whole.Length, 4 * whole.Length - 1);
    }

    [Fact]
    public void RefusesRawData_ThatClaimsMoreThanTheFileHas()
    {
        // Field 7 (graph), then field 5 (initializer), then field 9 (raw_data) of 2,000,000,000 bytes.
        byte[] bytes = [0x3a, 0x8d, 0xa8, 0xd6, 0xb9, 0x07, 0x2a, 0x86, 0xa8, 0xd6, 0xb9, 0x07, 0x4a, 0x80, 0xa8, 0xd6, 0xb9, 0x07, 0, 0];
        AssertRefused(_folder.Write("huge.onnx", bytes), "cut off");
    }

    [Fact]
    public void RefusesGraphs_NestedDeeperThanStated()
    {
        GraphProto graph = new() { Name = "innermost" };
        for (int i = 0; i < OnnxModelReader.MaximumNesting; i++)
        {
            NodeProto node = Protos.Node("If", []);
            node.Attribute.Add(Protos.Graph("then_branch", graph));
            graph = new GraphProto { Name = "outer", Node = { node } };
        }

        AssertRefused(_folder.Write("deep.onnx", new ModelProto { Graph = graph }), $"more than {OnnxModelReader.MaximumNesting} messages deep");
    }

    [Theory]
    [InlineData(1, "version 1 of the standard operator set, expected 7 or newer")]
    [InlineData(6, "version 6")]
    public void RefusesOpsets_BeforeTheBroadcastingOfToday(long version, string message)
    {
        ModelProto model = Protos.Model(Protos.Node("Relu", ["x"], "y"));
        model.OpsetImport[0].Version = version;
        AssertRefused(_folder.Write("old.onnx", model), message);
    }

    [Fact]
    public void RefusesAModel_WithoutOpset()
    {
        ModelProto model = Protos.Model(Protos.Node("Relu", ["x"], "y"));
        model.OpsetImport.Clear();
        AssertRefused(_folder.Write("none.onnx", model), "imports no operator set");
    }

    [Fact]
    public void RefusesTwoVersions_OfTheStandardOperatorSet()
    {
        ModelProto model = Protos.Model(Protos.Node("Relu", ["x"], "y"));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx", Version = 18 });
        AssertRefused(_folder.Write("two.onnx", model), "versions 17 and 18");
    }

    [Theory]
    [InlineData(new long[] { -1 }, "shape is -1")]
    [InlineData(new long[] { 2, 2 }, "f32[2x2] takes 16 bytes of raw_data, found 8")]
    [InlineData(new long[] { 1L << 40 }, "expected extents from 0")]
    [InlineData(new long[] { int.MaxValue, int.MaxValue, int.MaxValue }, "may not exceed 2 GiB")]
    [InlineData(new long[] { int.MaxValue, int.MaxValue, int.MaxValue, 0 }, "may not exceed 2 GiB")]
    [InlineData(new long[] { 1 << 30 }, "may not exceed 2 GiB")]
    public void RefusesAShape_ThatTheDataDoesNotFill(long[] dims, string message) =>
        AssertRefused(_folder.Write("shape.onnx", Protos.WithInitializer(Protos.Raw(DataType.Float32, dims, new byte[8]))), "initializer 'w'", message);

    [Fact]
    public void RefusesAnUnknownElementType() =>
        AssertRefused(_folder.Write("type.onnx", Protos.WithInitializer(Protos.Raw((DataType)77, [2], new byte[8]))), "element type 77 is not known");

    [Fact]
    public void RefusesATensor_WithoutElementType() =>
        AssertRefused(_folder.Write("type.onnx", Protos.WithInitializer(Protos.Raw(DataType.Undefined, [2], new byte[8]))), "no element type");

    [Fact]
    public void RefusesASegment() => AssertRefused(
        _folder.Write("segment.onnx", Protos.WithInitializer(new TensorProto { DataType = 1, Segment = new TensorProto.Types.Segment { End = 1 } })), "segment");

    private static void AssertRefused(string path, params string[] parts)
    {
        InvalidModelException error = Assert.ThrowsAny<InvalidModelException>(() => OnnxModelReader.Read(path));
        Assert.StartsWith($"'{path}'", error.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
