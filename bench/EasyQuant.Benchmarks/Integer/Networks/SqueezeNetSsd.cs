using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>SqueezeNet 1.1 (Iandola et al. 2016) with SSD heads over maps of 36, 18, 9, 5, 3 and 2 positions a side.</summary>
internal static class SqueezeNetSsd
{
    public static Model Build()
    {
        NetworkBuilder network = new("squeezenet-ssd", 300);
        Feature x = network.MaxPool(network.Conv(network.Input, 64, 3, stride: 2, padding: 0), 3, 2);
        x = network.MaxPool(Fire(network, Fire(network, x, 16), 16), 3, 2);
        Feature first = Fire(network, Fire(network, x, 32), 32);
        x = network.MaxPool(first, 3, 2, padding: 1);
        x = Fire(network, Fire(network, Fire(network, Fire(network, x, 48), 48), 64), 64);
        return SsdHeads.Build(network, [first, x, .. SsdHeads.ShrinkingMaps(network, x, 512, 256, 256, 128)]);
    }

    private static Feature Fire(NetworkBuilder network, Feature x, int squeezed)
    {
        Feature narrow = network.Conv(x, squeezed, 1);
        return network.Concat(network.Conv(narrow, 4 * squeezed, 1), network.Conv(narrow, 4 * squeezed, 3));
    }
}
