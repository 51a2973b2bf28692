using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using Google.Protobuf;
using Xunit;

namespace EasyQuant.Onnx.Tests;

/// <summary>Reads a model, writes it and compares what stands in both.</summary>
internal static class RoundTrip
{
    public static Model Read(ModelProto proto, string? folder = null) =>
        OnnxModelReader.Read(new MemoryStream(proto.ToByteArray()), folder);

    public static byte[] Write(Model model)
    {
        MemoryStream stream = new();
        OnnxModelWriter.Write(model, stream);
        return stream.ToArray();
    }

    public static ModelProto WriteProto(Model model) => ModelProto.Parser.ParseFrom(Write(model));

    public static void AssertUnchanged(ModelProto proto)
    {
        byte[] bytes = proto.ToByteArray();
        Assert.Equal(proto, ModelProto.Parser.ParseFrom(Write(OnnxModelReader.Read(new MemoryStream(bytes)))));
    }
}
