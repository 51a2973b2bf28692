using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.OnnxRuntimePeer;
using EasyQuant.Quantization.Planning;
using EasyQuant.Quantization.Preparation;
using EasyQuant.Runtime.Execution;
using EasyQuant.Runtime.Inference;
using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Quantization.Tests.Transformers;

/// <summary>A small vision transformer, written in the ways in which exporters write one.</summary>
public sealed class VisionTransformerTests
{
    private const int Layers = 2;

    private static readonly VisionTransformer s_small = new() { ImageSize = 64, Width = 48, Layers = Layers, Classes = 20 };

    public static TheoryData<GeluForm, bool> Forms => new()
    {
        { GeluForm.Erf, true },
        { GeluForm.Tanh, true },
        { GeluForm.Operator, false },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void AllProductsAreInIntegers_AndTheAnswerStays(GeluForm gelu, bool inNodes)
    {
        Model model = (s_small with { Gelu = gelu, WritesNormalizationInNodes = inNodes }).Build();
        Noise noise = new(4);

        Model quantized = PostTrainingQuantizer.Run(model, noise, new QuantizationOptions { Method = QuantizationMethod.MinMax, Threads = 1 }).Model;

        using InferenceSession session = new(quantized, new SessionOptions { Threads = 1 });
        IReadOnlyDictionary<string, Tensor> picture = noise.Read(9).Inputs;
        IntegerNetwork network = session.NetworkFor(picture.ToDictionary(p => p.Key, p => p.Value.Shape));
        Assert.Equal(2 * Layers, network.Steps.OfType<ProductStep>().Count());
        Assert.Equal(1 + 4 * Layers + 1, network.Steps.OfType<ConvolutionStep>().Count());
        Assert.Equal(Layers, network.Steps.OfType<TableStep>().Count());
        Assert.Equal(
            ["Add", "Concat", "LayerNormalization", "Mul", "Softmax"],
            network.FloatSteps.Select(s => s.Node.OpType).Distinct().Order());
        using GraphExecutor executor = new(model, new ExecutorOptions { Threads = 1 });
        Assert.InRange(Cosine(executor.Run(picture).Values.Single(), session.Run(picture).Values.Single()), 0.99, 1);
    }

    [Fact]
    public void OnnxRuntime_ComputesTheSame()
    {
        OrtLibrary.RequireOrSkip();
        Noise noise = new(4);
        Model quantized = PostTrainingQuantizer.Run(s_small.Build(), noise, new QuantizationOptions { Method = QuantizationMethod.MinMax, Threads = 1 }).Model;
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "vit.onnx");
        OnnxModelWriter.Write(quantized, path);

        using OrtSession theirs = new(path);
        using InferenceSession ours = new(quantized);
        string output = quantized.Graph.Outputs[0].Name;
        Assert.InRange(Cosine(theirs.Run(noise.Read(9).Inputs, [output])[output], ours.Run(noise.Read(9).Inputs)[output]), 0.999, 1);
    }

    [Fact]
    public void AnExcludedProduct_StaysInFloat_WithItsFactors()
    {
        Model prepared = ModelPreparation.Prepare(s_small.Build());
        Node product = QuantizationPlanner.Plan(prepared.Graph, new QuantizationOptions(), []).Products[0];

        QuantizationPlan plan = QuantizationPlanner.Plan(prepared.Graph, new QuantizationOptions { Exclude = [LayerOverride.Exactly(product.Name)] }, []);

        Assert.Equal(2 * Layers - 1, plan.Products.Count);
        Assert.Contains(plan.FloatNodes, f => f.Node == product.Label && f.Reason.StartsWith("excluded by", StringComparison.Ordinal));
    }

    [Fact]
    public void ResultsThatEndInASumOrANormalization_StayInFloat()
    {
        Model prepared = ModelPreparation.Prepare(s_small.Build());
        QuantizationPlan plan = QuantizationPlanner.Plan(prepared.Graph, new QuantizationOptions(), []);

        // Of a block's four layers those whose result goes to attention or to GELU are rounded.
        Assert.Equal(
            [true, false, true, false],
            plan.Layers.Where(l => l.Kind == LayerKind.MatMul).Take(4).Select(l => plan.GroupOf(ProductResults.WithBias(l)) is not null));
    }

    private static double Cosine(Tensor a, Tensor b)
    {
        (float[] x, float[] y) = (a.AsSpan<float>().ToArray(), b.AsSpan<float>().ToArray());
        return x.Zip(y).Sum(p => (double)p.First * p.Second) / Math.Sqrt(x.Sum(v => (double)v * v) * y.Sum(v => (double)v * v));
    }

    private sealed class Noise(int count) : ISampleSource
    {
        public int Count => count;

        public Sample Read(int index)
        {
            Random random = new(index);
            Shape shape = [1, 3, s_small.ImageSize, s_small.ImageSize];
            return new Sample($"noise {index}", new Dictionary<string, Tensor>
            {
                ["input"] = Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => 4 * random.NextSingle() - 2)], shape),
            });
        }
    }
}
