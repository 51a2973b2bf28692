using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Quantization;
using EasyQuant.Tensors;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Quantized networks to begin with: a trained one, and one that is small and has every step that runs in integers.</summary>
internal static class QuantizedSeeds
{
    // Layers of every kind: strides, dilations, groups, depthwise, sums, products, tables, moves, pools, matrix products.
    private const string Steps = """
        (x: f32[N,3,12,12]) => (y, z)
        stem = Conv "stem" <pads=[1,1,1,1]>(x, w0: f32[8,3,3,3], b0: f32[8])
        silu = Sigmoid(stem)
        gated = Mul(stem, silu)
        deep = Conv "deep" <pads=[1,1,1,1], group=8>(gated, w1: f32[8,1,3,3], b1: f32[8])
        deepr = Relu(deep)
        point = Conv "point" (deepr, w2: f32[8,8,1,1], b2: f32[8])
        sum = Add(point, gated)
        sumr = Relu(sum)
        grouped = Conv "grouped" <pads=[2,2,2,2], dilations=[2,2], group=2>(sumr, w3: f32[8,4,3,3], b3: f32[8])
        leaky = LeakyRelu<alpha=0.1>(grouped)
        joined = Concat<axis=1>(leaky, sumr)
        down = Conv "down" <strides=[2,2], pads=[1,1,1,1]>(joined, w4: f32[16,16,3,3], b4: f32[16])
        clipped = HardSwish(down)
        max = MaxPool<kernel_shape=[3,3], strides=[1,1], pads=[1,1,1,1]>(clipped)
        mean = AveragePool<kernel_shape=[2,2], strides=[2,2]>(max)
        narrow = Conv "narrow" <pads=[1,1,1,1]>(mean, w5: f32[12,16,3,3], b5: f32[12])
        wide = DepthToSpace<blocksize=2>(narrow)
        turned = Transpose<perm=[0,1,3,2]>(wide)
        slope = PRelu(turned, s0: f32[3,1,1])
        y = Conv "last" <pads=[1,1,1,1]>(slope, w6: f32[3,3,3,3], b6: f32[3])
        pooled = GlobalAveragePool(max)
        flat = Flatten(pooled)
        z = Gemm "head" <transB=1>(flat, w7: f32[10,16], b7: f32[10])
        """;

    private static readonly Lazy<Model[]> s_models = new(() => [Quantize(GraphText.Parse(Steps, seed: 1), [1, 3, 12, 12]), Quantize(OnnxModelReader.Read(ModelSeeds.RepositoryModel), [1, 1, 28, 28])]);

    /// <summary>The networks.</summary>
    public static IReadOnlyList<Model> Models => s_models.Value;

    private static Model Quantize(Model model, Shape input) =>
        PostTrainingQuantizer.Run(model, new Noise(model.Graph.Inputs[0].Name, input), new QuantizationOptions { Method = QuantizationMethod.MinMax, Threads = 1 }).Model;

    private sealed class Noise(string name, Shape shape) : ISampleSource
    {
        public int Count => 2;

        public Sample Read(int index)
        {
            Random random = new(index);
            float[] elements = [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => 2 * random.NextSingle() - 1)];
            return new Sample($"noise {index}", new Dictionary<string, Tensor> { [name] = Tensor.From(elements, shape) });
        }
    }
}
