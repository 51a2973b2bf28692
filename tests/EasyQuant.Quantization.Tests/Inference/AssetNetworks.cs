using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Tensors;
using EasyQuant.Testing;

namespace EasyQuant.Quantization.Tests.Inference;

/// <summary>Trained networks of the assets, with inputs as small as each of them permits.</summary>
internal static class AssetNetworks
{
    private static readonly Dictionary<string, (int Channels, int Size, float Lowest, float Highest)> s_inputs = new()
    {
        ["squeezenet1.1"] = (3, 64, -2, 2),
        ["mobilenet_v1_0.75_224"] = (3, 64, -1, 1),
        ["cifar10_resnet20"] = (3, 32, -2, 2),
        ["cifar10_resnet56"] = (3, 32, -2, 2),
        ["mobilefacenet_insightface"] = (3, 112, 0, 255),
        ["yolox_nano"] = (3, 96, 0, 255),
        ["super_resolution_x3"] = (1, 24, 0, 1),
    };

    public static IEnumerable<string> Names => s_inputs.Keys;

    /// <summary>The network, quantized by the largest magnitudes in two pictures.</summary>
    public static Model QuantizeOrSkip(string name, int bits, ActivationGrid grid = ActivationGrid.Auto)
    {
        Model model = OnnxModelReader.Read(Assets.PathOrSkip("models", $"{name}.onnx"));
        Value input = model.Graph.RequiredInputs.Single();
        input.Type = new TensorValueType(DataType.Float32, SymbolicShape.Of(ShapeOf(name)));
        foreach (Value value in model.Graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>())
        {
            value.Type = value.TensorType is { } stated ? new TensorValueType(stated.ElementType) : null;
        }

        QuantizationOptions options = new() { Method = QuantizationMethod.MinMax, WeightBits = bits, ActivationBits = bits, ActivationGrid = grid };
        return PostTrainingQuantizer.Run(model, new Pictures(name, input.Name), options).Model;
    }

    /// <summary>A picture that the network was not calibrated on.</summary>
    public static Tensor Picture(string name) => Pictures.Draw(name, seed: 7);

    private static Shape ShapeOf(string name) => [1, s_inputs[name].Channels, s_inputs[name].Size, s_inputs[name].Size];

    private sealed class Pictures(string network, string input) : ISampleSource
    {
        public int Count => 2;

        public Sample Read(int index) => new($"picture {index}", new Dictionary<string, Tensor> { [input] = Draw(network, index) });

        /// <summary>Waves with noise: like photographs, of more and less detail in different places.</summary>
        public static Tensor Draw(string network, int seed)
        {
            (int channels, int size, float lowest, float highest) = s_inputs[network];
            Random random = new(seed);
            float[] picture = new float[channels * size * size];
            for (int channel = 0; channel < channels; channel++)
            {
                (float fx, float fy, float phase) = (random.NextSingle() / 2, random.NextSingle() / 2, 6 * random.NextSingle());
                for (int i = 0; i < size * size; i++)
                {
                    (int x, int y) = (i % size, i / size);
                    float wave = 0.5f + 0.35f * MathF.Sin(fx * x + fy * y + phase) + 0.3f * x / size * (random.NextSingle() - 0.5f);
                    picture[channel * size * size + i] = lowest + (highest - lowest) * wave;
                }
            }

            return Tensor.From(picture, ShapeOf(network));
        }
    }
}
