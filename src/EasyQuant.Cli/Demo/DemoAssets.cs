using EasyQuant.Data;
using EasyQuant.Graphs;
using EasyQuant.Onnx;

namespace EasyQuant.Cli.Demo;

/// <summary>The network and the pictures inside the program; <c>samples/fashion-mnist</c> says where they are from.</summary>
internal static class DemoAssets
{
    /// <summary>A small depthwise-separable network that sorts pictures of clothes into ten classes.</summary>
    public static Model ReadModel()
    {
        using Stream stream = Open("fashion_mnist.onnx");
        return OnnxModelReader.Read(stream);
    }

    /// <summary>500 labelled training pictures.</summary>
    public static ISampleSource ReadCalibrationSamples(Model model) => ReadSamples(model, "calibration");

    /// <summary>The 10,000 labelled test pictures of Fashion-MNIST.</summary>
    public static ISampleSource ReadTestSamples(Model model) => ReadSamples(model, "test");

    private static FashionMnistSamples ReadSamples(Model model, string set)
    {
        using Stream pictures = Open($"{set}-images.idx3-ubyte.gz");
        using Stream labels = Open($"{set}-labels.idx1-ubyte.gz");
        return FashionMnistSamples.Read(set, model.Graph.Inputs[0].Name, pictures, labels);
    }

    private static Stream Open(string name) =>
        typeof(DemoAssets).Assembly.GetManifestResourceStream($"demo/{name}")
        ?? throw new InvalidOperationException($"The program was built without its resource '{name}'.");
}
