using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Passes;
using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Core.Tests.Passes;

public sealed class SimplifyRealNetworksTests
{
    // Twenty and more layers, each of which may differ by some 2^-24 of its largest value.
    private const float RelativeTolerance = 1e-4f;

    [Theory]
    [InlineData("cifar10_resnet20.onnx")]
    [InlineData("mobilefacenet_insightface.onnx")]
    [InlineData("mobilenet_v1_0.75_224.onnx")]
    public void NormalizationsAreGone_AndTheOutputsStay(string file)
    {
        string path = Assets.PathOrSkip("models", file);
        Model before = OnnxModelReader.Read(path);
        Model after = OnnxModelReader.Read(path);
        PassReport report = PassPipeline.Simplify().Run(after);
        GraphVerifier.Verify(after);

        int declined = report.Refusals.Select(r => r.Refusal.Node).Distinct().Count();
        Assert.Contains(before.Graph.Nodes, n => n.Is("BatchNormalization"));
        Assert.True(
            after.Graph.Nodes.Count(n => n.Is("BatchNormalization")) <= declined,
            "a normalization stayed that no pass gives a reason for");

        Dictionary<string, Tensor> inputs = Rewriting.RandomInputs(before, seed: 11);
        using GraphExecutor first = new(before);
        using GraphExecutor second = new(after);
        float[] expected = first.Run(inputs).Values.First().AsSpan<float>().ToArray();
        float[] actual = second.Run(inputs).Values.First().AsSpan<float>().ToArray();
        float largest = expected.Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.All(expected.Zip(actual), p => Assert.InRange(Math.Abs(p.First - p.Second), 0, RelativeTolerance * largest));
    }
}
