using System.Runtime.InteropServices;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Prepared;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Runtime.Tests.Prepared;

public sealed class PreparedModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EverythingComesBack_FromAFile()
    {
        Model model = SampleGraphs.Everything();
        PreparedModelFile.Write(model, _folder["a.eqm"]);

        AssertSame(model, PreparedModelFile.Read(_folder["a.eqm"]));
        Assert.Equal(["a.eqm"], _folder.Files);
        Assert.True(PreparedModelFile.IsPrepared(_folder["a.eqm"]));
    }

    [Fact]
    public void EverythingComesBack_FromMemory() =>
        AssertSame(SampleGraphs.Everything(), PreparedModelFile.Read(SampleGraphs.Write(SampleGraphs.Everything())));

    [Theory]
    [InlineData("squeezenet1.1.onnx")]
    [InlineData("yolox_nano.onnx")]
    public void RealNetworks_ComeBack(string name)
    {
        Model model = OnnxModelReader.Read(Assets.PathOrSkip("models", name));

        AssertSame(model, PreparedModelFile.Read(SampleGraphs.Write(model)));
    }

    [Fact]
    public void TheSameModel_GivesTheSameBytes() =>
        Assert.Equal(SampleGraphs.Write(SampleGraphs.Everything()), SampleGraphs.Write(SampleGraphs.Everything()));

    [Fact]
    public void Constants_LieAlignedInTheMappedFile()
    {
        PreparedModelFile.Write(SampleGraphs.Everything(), _folder["a.eqm"]);

        Tensor weights = PreparedModelFile.Read(_folder["a.eqm"]).Graph.Initializers.Single(i => i.Name == "w").Constant!;

        Assert.False(MemoryMarshal.TryGetArray(weights.Bytes, out _));
        Assert.Equal(0, Address(weights) % Tensor.Alignment);
    }

    [Fact]
    public void AConstantUsedTwice_IsStoredOnce()
    {
        Model model = GraphText.Parse("(x: f32[64,64]) => (y) a = MatMul(x, w: f32[64,64]) y = MatMul(a, v: f32[64,64])");
        long before = SampleGraphs.Write(model).Length;
        model.Graph.Initializers[1].Constant = model.Graph.Initializers[0].Constant;

        Assert.Equal(before - 64 * 64 * sizeof(float), SampleGraphs.Write(model).Length);
    }

    [Fact]
    public void ReplacingTheFile_LeavesTheModelThatIsInUse()
    {
        Model model = SampleGraphs.Everything();
        PreparedModelFile.Write(model, _folder["a.eqm"]);
        Model read = PreparedModelFile.Read(_folder["a.eqm"]);
        PreparedModelFile.Write(GraphText.Parse("(x: f32) => (y) y = Abs(x)"), _folder["a.eqm"]);

        AssertSame(model, read);
    }

    [Fact]
    public void WhatItCannotHold_IsRefused_AndNothingIsLeftBehind()
    {
        Model model = SampleGraphs.Everything();
        model.Graph.Nodes[0].Attributes["sparse"] = new OpaqueAttribute("sparse tensor", null);

        UnsupportedModelException error = Assert.Throws<UnsupportedModelException>(() => PreparedModelFile.Write(model, _folder["a.eqm"]));

        Assert.Contains("Conv 'stem': attribute 'sparse' is a sparse tensor", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Load_SaysWhatToDoWithAnOnnxModel()
    {
        OnnxModelWriter.Write(GraphText.Parse("(x: f32[1]) => (y) y = Abs(x)"), _folder["a.onnx"]);

        InvalidModelException error = Assert.Throws<InvalidModelException>(() => InferenceSession.Load(_folder["a.onnx"]));

        Assert.Contains("a.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains("OnnxModelReader", error.Message, StringComparison.Ordinal);
        Assert.Contains("easyquant compile", error.Message, StringComparison.Ordinal);
        Assert.False(PreparedModelFile.IsPrepared(_folder["a.onnx"]));
    }

    [Fact]
    public void MissingFiles_AndFolders_AreNamed()
    {
        Assert.Contains("no such file", Assert.Throws<InvalidModelException>(() => InferenceSession.Load(_folder["none.eqm"])).Message, StringComparison.Ordinal);
        Assert.Contains("folder", Assert.Throws<InvalidModelException>(() => InferenceSession.Load(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<InvalidModelException>(() => InferenceSession.Load(_folder.Write("empty.eqm", []))).Message, StringComparison.Ordinal);
    }

    private static unsafe nint Address(Tensor tensor)
    {
        fixed (byte* start = tensor.Bytes.Span)
        {
            return (nint)start;
        }
    }

    private static void AssertSame(Model expected, Model actual)
    {
        Assert.Empty(GraphVerifier.FindViolations(actual));
        Assert.Equal(GraphText.Print(expected.Graph, int.MaxValue), GraphText.Print(actual.Graph, int.MaxValue));
        Assert.Equal(expected.OpsetImports, actual.OpsetImports);
        Assert.Equal(expected.Metadata, actual.Metadata);
        Assert.Equal(
            (expected.ProducerName, expected.ProducerVersion, expected.Domain, expected.Version, expected.IrVersion, expected.Graph.Name),
            (actual.ProducerName, actual.ProducerVersion, actual.Domain, actual.Version, actual.IrVersion, actual.Graph.Name));
    }
}
