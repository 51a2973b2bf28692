using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>MobileNetV1 with SSD heads over maps of 19, 10, 5, 3, 2 and 1 positions a side.</summary>
internal static class MobileNetSsd
{
    private const int LastBlockOf19 = 10;

    public static Model Build()
    {
        NetworkBuilder network = new("mobilenet-ssd", 300);
        List<Feature> body = MobileNetV1.Body(network);
        return SsdHeads.Build(network, [body[LastBlockOf19], body[^1], .. SsdHeads.ShrinkingMaps(network, body[^1], 512, 256, 256, 128)]);
    }
}
