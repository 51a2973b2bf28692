using EasyQuant.Benchmarks.Integer.Networks;
using EasyQuant.Graphs;
using EasyQuant.Quantization;
using EasyQuant.Testing;

namespace EasyQuant.Benchmarks.Integer;

/// <summary>A network whose speed is measured, trained or with random weights: the time does not depend on them.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Key">What the command line calls it.</param>
/// <param name="Build">Makes the float model.</param>
internal sealed record TimedNetwork(string Name, string Key, Func<Model> Build)
{
    public static IReadOnlyList<TimedNetwork> All { get; } =
    [
        Trained(BenchmarkNetwork.SqueezeNet),
        Trained(BenchmarkNetwork.MobileNet),
        new("MobileNetV1 1.0", "mobilenetv1", MobileNetV1.Build),
        new("MobileNetV2", "mobilenetv2", MobileNetV2.Build),
        new("ResNet-18", "resnet18", ResNet.Build18),
        new("ResNet-50", "resnet50", ResNet.Build50),
        new("VGG-16", "vgg16", Vgg16.Build),
        new("SqueezeNet-SSD", "squeezenet-ssd", SqueezeNetSsd.Build),
        new("MobileNet-SSD", "mobilenet-ssd", MobileNetSsd.Build),
        new("ViT-tiny", "vit-tiny", () => new VisionTransformer().Build()),
    ];

    /// <summary>The network quantized by the largest magnitudes of noise.</summary>
    public Model Quantize()
    {
        const int calibrationCount = 2;
        Model built = Build();
        return PostTrainingQuantizer.Run(built, new NoiseSamples(built, calibrationCount), new QuantizationOptions { Method = QuantizationMethod.MinMax }).Model;
    }

    private static TimedNetwork Trained(BenchmarkNetwork network) => new(network.Name, network.Key, network.ReadModel);
}
