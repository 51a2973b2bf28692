using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Runtime.Tests.Conformance;

/// <summary>Whole networks against outputs that others have computed.</summary>
public sealed class WholeNetworkTests
{
    [Theory]
    [InlineData("bvlc_alexnet")]
    [InlineData("densenet121")]
    [InlineData("inception_v1")]
    [InlineData("inception_v2")]
    [InlineData("resnet50")]
    [InlineData("shufflenet")]
    [InlineData("squeezenet")]
    [InlineData("vgg19")]
    [InlineData("zfnet512")]
    public void LightNetwork_GivesItsExpectedOutput(string name)
    {
        string folder = Path.Combine(BackendTests.FolderOrSkip(), "light");
        Model model = OnnxModelReader.Read(Path.Combine(folder, $"light_{name}.onnx"));
        using GraphExecutor executor = new(model);
        Value input = Assert.Single(model.Graph.RequiredInputs);
        Shape shape = input.Shape!.ToStatic()!.Value;

        Tensor output = Assert.Single(executor.Run(new Dictionary<string, Tensor> { [input.Name] = LightInput(shape) })).Value;

        Tensor expected = OnnxTensorFile.Read(Path.Combine(folder, $"light_{name}_output_0.pb"));
        Assert.Null(TensorComparison.Difference(expected, output, ConformanceRun.RelativeTolerance, ConformanceRun.AbsoluteTolerance));
    }

    [Fact]
    public void SimpleModels_GiveTheirExpectedOutputs_ExceptThoseForTraining()
    {
        string[] failures =
        [
            .. BackendTests.TestsOrSkip("simple")
                .Where(t => !t.Name.Contains("gradient", StringComparison.Ordinal))
                .Select(t => (t.Name, Failure: ConformanceRun.Failure(t)))
                .Where(t => t.Failure is not null)
                .Select(t => $"{t.Name}: {t.Failure}"),
        ];

        Assert.Empty(failures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void SqueezeNet_GivesItsGoldenOutput(int sample)
    {
        string folder = Assets.PathOrSkip("models", "squeezenet1.1_golden", $"{sample}");
        Model model = OnnxModelReader.Read(Assets.PathOrSkip("models", "squeezenet1.1.onnx"));
        using GraphExecutor executor = new(model);
        Value input = Assert.Single(model.Graph.RequiredInputs);

        Tensor output = Assert.Single(executor.Run(new Dictionary<string, Tensor> { [input.Name] = ReadNumpy(Path.Combine(folder, "input_0.npy")) })).Value;

        Tensor expected = ReadNumpy(Path.Combine(folder, "output_0.npy"));
        Assert.Null(TensorComparison.Difference(expected.Reshape(output.Shape), output, ConformanceRun.RelativeTolerance, 1e-4));
    }

    [Theory]
    [InlineData("cifar10_resnet20.onnx")]
    [InlineData("cifar10_resnet56.onnx")]
    [InlineData("mobilefacenet_insightface.onnx")]
    [InlineData("mobilenet_v1_0.75_224.onnx")]
    [InlineData("squeezenet1.1.onnx")]
    [InlineData("super_resolution_x3.onnx")]
    [InlineData("yolox_nano.onnx")]
    public void AssetModel_GivesFiniteOutputs_TheSameForEveryThreadCount(string file)
    {
        Model model = OnnxModelReader.Read(Assets.PathOrSkip("models", file));
        Dictionary<string, Tensor> inputs = model.Graph.RequiredInputs.ToDictionary(
            i => i.Name, i => Execution.SmallModels.Noise(1, new Shape([.. i.Shape!.Dimensions.Select(d => d.Value ?? 1)])));
        using GraphExecutor one = new(model, new ExecutorOptions { Threads = 1 });
        using GraphExecutor three = new(model, new ExecutorOptions { Threads = 3 });

        IReadOnlyDictionary<string, Tensor> outputs = one.Run(inputs);

        Assert.All(outputs.Values, o => Assert.All(o.AsSpan<float>().ToArray(), v => Assert.True(float.IsFinite(v))));
        Assert.All(three.Run(inputs), o => Assert.True(o.Value.Bytes.Span.SequenceEqual(outputs[o.Key].Bytes.Span)));
    }

    // ONNX's runner fills the input with 0, 1, 2, ... divided by the number of elements.
    private static Tensor LightInput(Shape shape)
    {
        float[] values = new float[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)i / values.Length;
        }

        return Tensor.From(values, shape);
    }

    // Version 1 of the format, little-endian float32, C order.
    private static Tensor ReadNumpy(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int headerLength = BitConverter.ToUInt16(file, 8);
        string header = System.Text.Encoding.ASCII.GetString(file, 10, headerLength);
        Assert.Contains("'<f4'", header, StringComparison.Ordinal);
        string extents = header[(header.IndexOf('(', StringComparison.Ordinal) + 1)..header.IndexOf(')', StringComparison.Ordinal)];
        Shape shape = new([.. extents.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]);
        return Tensor.FromBytes(DataType.Float32, shape, file.AsMemory(10 + headerLength));
    }
}
