using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>MobileNetV1, width 1.0 (Howard et al. 2017, table 1).</summary>
internal static class MobileNetV1
{
    private static readonly (int Channels, int Stride)[] s_blocks =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    public static Model Build()
    {
        NetworkBuilder network = new("mobilenet-v1", 224);
        return network.Build(network.Gemm(network.GlobalAverage(Body(network)[^1]), 1000));
    }

    /// <summary>The outputs of all blocks.</summary>
    public static List<Feature> Body(NetworkBuilder network)
    {
        List<Feature> outputs = [];
        Feature x = network.Conv(network.Input, 32, 3, stride: 2);
        foreach ((int channels, int stride) in s_blocks)
        {
            x = network.Conv(network.Depthwise(x, stride), channels, 1);
            outputs.Add(x);
        }

        return outputs;
    }
}
