using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>MobileNetV2, width 1.0 (Sandler et al. 2018, table 2).</summary>
internal static class MobileNetV2
{
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] s_stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    public static Model Build()
    {
        NetworkBuilder network = new("mobilenet-v2", 224);
        Feature x = network.Conv(network.Input, 32, 3, stride: 2, Activation.Relu6);
        foreach ((int expansion, int channels, int repeats, int stride) in s_stages)
        {
            for (int i = 0; i < repeats; i++)
            {
                x = Bottleneck(network, x, expansion, channels, i == 0 ? stride : 1);
            }
        }

        x = network.Conv(x, 1280, 1, activation: Activation.Relu6);
        return network.Build(network.Gemm(network.GlobalAverage(x), 1000));
    }

    private static Feature Bottleneck(NetworkBuilder network, Feature x, int expansion, int channels, int stride)
    {
        Feature wide = expansion == 1 ? x : network.Conv(x, expansion * x.Channels, 1, activation: Activation.Relu6);
        Feature narrow = network.Conv(network.Depthwise(wide, stride, Activation.Relu6), channels, 1, activation: Activation.None);
        return stride == 1 && channels == x.Channels ? network.Add(x, narrow, Activation.None) : narrow;
    }
}
