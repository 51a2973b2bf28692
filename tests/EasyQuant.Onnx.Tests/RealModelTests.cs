using EasyQuant.Graphs;
using EasyQuant.Onnx.Format;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Onnx.Tests;

public sealed class RealModelTests
{
    [Theory]
    [InlineData("squeezenet1.1.onnx")]
    [InlineData("mobilenet_v1_0.75_224.onnx")]
    [InlineData("cifar10_resnet20.onnx")]
    [InlineData("cifar10_resnet56.onnx")]
    [InlineData("mobilefacenet_insightface.onnx")]
    [InlineData("yolox_nano.onnx")]
    [InlineData("super_resolution_x3.onnx")]
    public void WritesARealModel_ByteForByteAsItWas(string file)
    {
        string path = Assets.PathOrSkip("models", file);

        byte[] written = RoundTrip.Write(OnnxModelReader.Read(path));

        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(written));
    }

    /// <remarks>All but three, which use version 1 of the operator set.</remarks>
    [Fact]
    public void WritesEveryModelOfOnnxsTestData_ByteForByteAsItWas()
    {
        IReadOnlyList<string> paths = [.. BackendTests.ModelsOrSkip().Where(p => !p.Contains("/test_not_", StringComparison.Ordinal))];
        List<string> failures = [];
        foreach (string path in paths)
        {
            byte[] original = File.ReadAllBytes(path);
            try
            {
                byte[] written = RoundTrip.Write(OnnxModelReader.Read(path));
                if (!written.AsSpan().SequenceEqual(original))
                {
                    bool equal = ModelProto.Parser.ParseFrom(written).Equals(ModelProto.Parser.ParseFrom(original));
                    failures.Add($"{(equal ? "bytes differ" : "content differs")} {path}");
                }
            }
            catch (InvalidModelException error)
            {
                failures.Add(error.Message);
            }
        }

        Assert.True(paths.Count > 1800, $"expected more than 1,800 models, found {paths.Count}");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }
}
