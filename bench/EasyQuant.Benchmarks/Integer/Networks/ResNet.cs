using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>ResNet-18 and ResNet-50 (He et al. 2016, table 1); a bottleneck's stride is that of its 3×3 convolution, as torchvision has it.</summary>
internal static class ResNet
{
    private delegate Feature Branch(NetworkBuilder network, Feature x, int width, int stride);

    public static Model Build18() => Build("resnet18", [2, 2, 2, 2], 1, Basic);

    public static Model Build50() => Build("resnet50", [3, 4, 6, 3], 4, Bottleneck);

    private static Model Build(string name, int[] repeats, int expansion, Branch branch)
    {
        NetworkBuilder network = new(name, 224);
        Feature x = network.MaxPool(network.Conv(network.Input, 64, 7, stride: 2), 3, 2, padding: 1);
        foreach ((int stage, int count) in repeats.Index())
        {
            int width = 64 << stage;
            for (int i = 0; i < count; i++)
            {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                Feature shortcut = i == 0 && (stride > 1 || x.Channels != expansion * width)
                    ? network.Conv(x, expansion * width, 1, stride, Activation.None)
                    : x;
                x = network.Add(branch(network, x, width, stride), shortcut, Activation.Relu);
            }
        }

        return network.Build(network.Gemm(network.GlobalAverage(x), 1000));
    }

    private static Feature Basic(NetworkBuilder network, Feature x, int width, int stride) =>
        network.Conv(network.Conv(x, width, 3, stride), width, 3, activation: Activation.None);

    private static Feature Bottleneck(NetworkBuilder network, Feature x, int width, int stride) =>
        network.Conv(network.Conv(network.Conv(x, width, 1), width, 3, stride), 4 * width, 1, activation: Activation.None);
}
