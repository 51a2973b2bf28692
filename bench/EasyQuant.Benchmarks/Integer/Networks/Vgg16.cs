using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>VGG-16 (Simonyan and Zisserman 2015, table 1, column D).</summary>
internal static class Vgg16
{
    private static readonly (int Channels, int Repeats)[] s_stages = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)];

    public static Model Build()
    {
        NetworkBuilder network = new("vgg16", 224);
        Feature x = network.Input;
        foreach ((int channels, int repeats) in s_stages)
        {
            for (int i = 0; i < repeats; i++)
            {
                x = network.Conv(x, channels, 3);
            }

            x = network.MaxPool(x, 2, 2);
        }

        x = network.Gemm(network.Gemm(x, 4096, Activation.Relu), 4096, Activation.Relu);
        return network.Build(network.Gemm(x, 1000));
    }
}
