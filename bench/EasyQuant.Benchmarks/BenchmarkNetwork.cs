using EasyQuant.Data;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Data.Sources;
using EasyQuant.Graphs;
using EasyQuant.Onnx;
using EasyQuant.Testing;

namespace EasyQuant.Benchmarks;

/// <summary>A network of the assets with the labelled pictures that belong to it.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Key">What the command line calls it.</param>
/// <param name="File">The float model, in the assets' <c>models</c>.</param>
/// <param name="Pictures">The folder of pictures, in the assets' <c>images</c>.</param>
/// <param name="Labels">The label file in that folder; sub-folders are classes where there is none.</param>
/// <param name="Preprocess">What makes a picture the network's input.</param>
internal sealed record BenchmarkNetwork(string Name, string Key, string File, string Pictures, string? Labels, Preprocess Preprocess)
{
    /// <summary>How many pictures networks are calibrated on, as <c>easyquant quantize</c> draws them.</summary>
    public const int CalibrationCount = 50;

    public static BenchmarkNetwork SqueezeNet { get; } =
        new("SqueezeNet 1.1", "squeezenet", "squeezenet1.1.onnx", "imagenet1000", "labels.csv", PreprocessPresets.Imagenet);

    public static BenchmarkNetwork MobileNet { get; } =
        new("MobileNetV1 0.75", "mobilenet", "mobilenet_v1_0.75_224.onnx", "imagenet1000", "labels.csv", PreprocessPresets.Inception);

    public static IReadOnlyList<BenchmarkNetwork> All { get; } =
    [
        SqueezeNet,
        MobileNet,
        new("ResNet-20 (CIFAR-10)", "resnet20", "cifar10_resnet20.onnx", "cifar10", null, PreprocessPresets.Cifar),
        new("ResNet-56 (CIFAR-10)", "resnet56", "cifar10_resnet56.onnx", "cifar10", null, PreprocessPresets.Cifar),
    ];

    public string ModelPath => AssetPath("models", File);

    public Model ReadModel() => OnnxModelReader.Read(ModelPath);

    /// <summary>Draws the pictures to calibrate on; all the others are for measuring.</summary>
    public (SubsetSource Calibration, SubsetSource Others) OpenPictures(Model model, ulong seed = 0, int count = CalibrationCount)
    {
        string folder = AssetPath("images", Pictures);
        ISampleSource all = SampleSources.Open(folder, SampleInput.Of(model), Preprocess, Labels is null ? null : Path.Combine(folder, Labels));
        SubsetSource calibration = SubsetSource.Draw(all, count, seed);
        return (calibration, calibration.Others);
    }

    /// <summary>The path of a file or folder of the assets.</summary>
    public static string AssetPath(params string[] parts)
    {
        string folder = Assets.Folder ?? throw new DirectoryNotFoundException(
            "The benchmarks need models and pictures: set EASYQUANT_ASSETS to their folder, or put it at ../shared/assets beside the checkout.");
        string path = Path.Combine([folder, .. parts]);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"The assets in '{folder}' lack '{Path.Combine(parts)}'.");
    }
}
