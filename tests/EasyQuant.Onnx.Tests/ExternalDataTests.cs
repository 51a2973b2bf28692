using System.Globalization;
using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Onnx.Tests;

public sealed class ExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsTheNumbers_AtTheirOffset()
    {
        float[] numbers = [1.5f, -2, 3];
        _folder.Write("weights.bin", [.. new byte[7], .. MemoryMarshal.AsBytes<float>(numbers), 9, 9]);

        Tensor tensor = ReadConstant("weights.bin", offset: "7", length: "12");

        Assert.Equal(numbers, tensor.AsSpan<float>());
    }

    [Fact]
    public void NeedsNoOffsetAndNoLength()
    {
        Directory.CreateDirectory(_folder["parts"]);
        _folder.Write("parts/weights.bin", MemoryMarshal.AsBytes<float>([4, 5, 6]).ToArray());

        Assert.Equal([4, 5, 6], ReadConstant("parts/weights.bin").AsSpan<float>());
    }

    [Fact]
    public void TheNumbersOutliveTheModelAndTheFilesName()
    {
        _folder.Write("weights.bin", MemoryMarshal.AsBytes<float>([4, 5, 6]).ToArray());
        Tensor tensor = ReadConstant("weights.bin");

        File.Delete(_folder["weights.bin"]);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal([4, 5, 6], tensor.AsSpan<float>());
    }

    [Fact]
    public void WritingToATensor_DoesNotWriteToTheFile()
    {
        byte[] original = MemoryMarshal.AsBytes<float>([4, 5, 6]).ToArray();
        _folder.Write("weights.bin", original);

        ReadConstant("weights.bin").AsMutableSpan<float>()[0] = 7;

        Assert.Equal(original, File.ReadAllBytes(_folder["weights.bin"]));
    }

    [Theory]
    [InlineData("../outside.bin", "'..' may not appear")]
    [InlineData("a/../../outside.bin", "'..' may not appear")]
    [InlineData("..\\outside.bin", "'..' may not appear")]
    [InlineData("/etc/passwd", "relative to the model")]
    [InlineData("\\\\server\\share", "relative to the model")]
    [InlineData("", "relative to the model")]
    [InlineData(".", "relative to the model")]
    [InlineData("missing.bin", "is missing")]
    public void RefusesALocation(string location, string message) => AssertRefused(message, location);

    [Fact]
    public void RefusesALinkOutOfTheFolder()
    {
        using TemporaryFolder outside = new();
        outside.Write("secret.bin", new byte[12]);
        File.CreateSymbolicLink(_folder["file.bin"], outside["secret.bin"]);
        Directory.CreateSymbolicLink(_folder["folder"], outside.Path);
        File.CreateSymbolicLink(_folder["loop.bin"], _folder["loop.bin"]);

        AssertRefused("a link leads out", "file.bin");
        AssertRefused("a link leads out", "folder/secret.bin");
        AssertRefused("more than 40 links", "loop.bin");
    }

    [Fact]
    public void FollowsALinkWithinTheFolder()
    {
        _folder.Write("real.bin", MemoryMarshal.AsBytes<float>([4, 5, 6]).ToArray());
        File.CreateSymbolicLink(_folder["link.bin"], "real.bin");

        Assert.Equal([4, 5, 6], ReadConstant("link.bin").AsSpan<float>());
    }

    [Theory]
    [InlineData("1", null, "too short: bytes 1 to 13 are asked for, the file has 12")]
    [InlineData("9223372036854775807", null, "too short")]
    [InlineData("-4", null, "has offset '-4', expected a number of bytes")]
    [InlineData("0x10", null, "has offset '0x10'")]
    [InlineData(null, "8", "length 8, but type and shape ask for 12")]
    [InlineData(null, "99999999999999999999", "has length '99999999999999999999'")]
    public void RefusesAPlace_ThatTheFileDoesNotHave(string? offset, string? length, string message)
    {
        _folder.Write("weights.bin", new byte[12]);
        AssertRefused(message, "weights.bin", offset, length);
    }

    [Fact]
    public void RefusesExternalData_WhereThereIsNoFolder()
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => RoundTrip.Read(ModelWith("weights.bin", null, null)));
        Assert.Contains("Read it by its path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WritesLargeConstants_BesideTheModel()
    {
        Model model = RoundTrip.Read(TwoConstants());

        OnnxModelWriter.Write(model, _folder["m.onnx"], new OnnxWriteOptions { ExternalThreshold = 1000 });

        Assert.Equal(["m.onnx", DataName()], _folder.Files);
        ModelProto written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_folder["m.onnx"]));
        Assert.All(written.Graph.Initializer.Take(2), t => Assert.Equal(0, long.Parse(t.ExternalData[1].Value, CultureInfo.InvariantCulture) % 4096));
        Assert.True(written.Graph.Initializer[2].HasRawData);
        Model read = OnnxModelReader.Read(_folder["m.onnx"]);
        Assert.All(model.Graph.Initializers.Zip(read.Graph.Initializers), pair => Assert.Equal(pair.First.Constant!.Bytes, pair.Second.Constant!.Bytes));
    }

    [Fact]
    public void WritesBesideTheModel_WhereOneFileWouldBeTooLarge()
    {
        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants()), _folder["m.onnx"], new OnnxWriteOptions { EmbeddedLimit = 4000 });
        Assert.Equal(["m.onnx", DataName()], _folder.Files);
    }

    [Fact]
    public void WritesBesideTheModel_WhereWithConstantsOfFunctions_OneFileWouldBeTooLarge()
    {
        Model model = RoundTrip.Read(TwoConstants());
        Graph body = new("f");
        Node constant = body.Add(new Node("Constant", [], [new Value("c")], "constant"));
        constant.Attributes["value"] = new TensorAttribute(Tensor.From(new float[300], [300]));
        body.Outputs.Add(constant.Outputs[0]!);
        model.Functions.Add(new ModelFunction("local", "f", body, null));

        OnnxModelWriter.Write(model, _folder["m.onnx"], new OnnxWriteOptions { EmbeddedLimit = 7000 });

        Assert.Equal(["m.onnx", DataName()], _folder.Files);
    }

    [Fact]
    public void WritesBesideTheModel_WhatLayBesideIt()
    {
        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants()), _folder["m.onnx"], new OnnxWriteOptions { ExternalThreshold = 1000 });

        OnnxModelWriter.Write(OnnxModelReader.Read(_folder["m.onnx"]), _folder["n.onnx"]);

        Assert.Equal(["m.onnx", DataName("m.onnx"), "n.onnx", DataName("n.onnx")], _folder.Files);
        Assert.Equal(DataName("m.onnx")[1..], DataName("n.onnx")[1..]);
    }

    [Fact]
    public void ReplacingAModel_ReplacesItsData()
    {
        OnnxWriteOptions options = new() { ExternalThreshold = 1000 };
        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants(seed: 1)), _folder["m.onnx"], options);
        string former = DataName();

        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants(seed: 2)), _folder["m.onnx"], options);

        Assert.NotEqual(former, DataName());
        Assert.Equal(["m.onnx", DataName()], _folder.Files);
        OnnxModelReader.Read(_folder["m.onnx"]);
    }

    [Fact]
    public void ReplacingAModel_LeavesDataThatItDoesNotMention()
    {
        OnnxWriteOptions options = new() { ExternalThreshold = 1000 };
        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants(seed: 1)), _folder["m.onnx"], options);
        File.Move(_folder["m.onnx"], _folder["renamed.onnx"]);

        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants(seed: 2)), _folder["m.onnx"], options);
        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants(seed: 3)), _folder["m.onnx"], options);

        Assert.Equal(4, _folder.Files.Count());
        OnnxModelReader.Read(_folder["renamed.onnx"]);
    }

    [Fact]
    public void RefusesConstants_ThatFitNowhere()
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => OnnxModelWriter.Write(
            RoundTrip.Read(TwoConstants()), _folder["m.onnx"], new OnnxWriteOptions { ExternalThreshold = 5000, EmbeddedLimit = 1000 }));
        Assert.Contains("have 1204 bytes, one file takes 1000", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void WritesOneFile_WhereThatSuffices()
    {
        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants()), _folder["m.onnx"]);
        Assert.Equal(["m.onnx"], _folder.Files);
    }

    [Fact]
    public void ModelsCanBeWrittenOverTheFilesTheyWereReadFrom()
    {
        OnnxWriteOptions options = new() { ExternalThreshold = 0 };
        OnnxModelWriter.Write(RoundTrip.Read(TwoConstants()), _folder["m.onnx"], options);
        byte[] model = File.ReadAllBytes(_folder["m.onnx"]);
        string name = DataName();
        byte[] data = File.ReadAllBytes(_folder[name]);

        OnnxModelWriter.Write(OnnxModelReader.Read(_folder["m.onnx"]), _folder["m.onnx"], options);

        Assert.Equal(["m.onnx", name], _folder.Files);
        Assert.Equal(model, File.ReadAllBytes(_folder["m.onnx"]));
        Assert.Equal(data, File.ReadAllBytes(_folder[name]));
    }

    [Fact]
    public void EmbedsWhatWasExternal_InAStream()
    {
        ModelProto proto = TwoConstants();
        OnnxModelWriter.Write(RoundTrip.Read(proto), _folder["m.onnx"], new OnnxWriteOptions { ExternalThreshold = 0 });

        Assert.Equal(proto, RoundTrip.WriteProto(OnnxModelReader.Read(_folder["m.onnx"])));
    }

    private string DataName(string model = "m.onnx") => Assert.Single(_folder.Files, f => f.StartsWith(model, StringComparison.Ordinal) && f.EndsWith(".data", StringComparison.Ordinal));

    private static ModelProto TwoConstants(int seed = 1)
    {
        byte[] bytes = new byte[5000];
        new Random(seed).NextBytes(bytes);
        ModelProto proto = Protos.WithInitializer(Protos.Raw(DataType.UInt8, [5000], bytes));
        TensorProto second = Protos.Raw(DataType.Float32, [300], bytes[..1200]);
        second.Name = "v";
        TensorProto small = Protos.Raw(DataType.Float32, [1], bytes[..4]);
        small.Name = "u";
        proto.Graph.Initializer.Add([second, small]);
        return proto;
    }

    private static ModelProto ModelWith(string location, string? offset, string? length)
    {
        TensorProto tensor = new() { DataType = (int)DataType.Float32, Dims = { 3 }, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add(Protos.Entry("location", location));
        if (offset is not null)
        {
            tensor.ExternalData.Add(Protos.Entry("offset", offset));
        }

        if (length is not null)
        {
            tensor.ExternalData.Add(Protos.Entry("length", length));
        }

        return Protos.WithInitializer(tensor);
    }

    private Tensor ReadConstant(string location, string? offset = null, string? length = null)
    {
        string path = _folder.Write("model.onnx", ModelWith(location, offset, length));
        return OnnxModelReader.Read(path).Graph.Initializers[0].Constant!;
    }

    private void AssertRefused(string message, string location, string? offset = null, string? length = null)
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => ReadConstant(location, offset, length));
        Assert.StartsWith($"'{_folder["model.onnx"]}': initializer 'w': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
