using EasyQuant.Graphs;

namespace EasyQuant.Benchmarks.Integer.Networks;

/// <summary>What a single-shot detector adds to a network's body (Liu et al. 2016), without sorting out the boxes.</summary>
internal static class SsdHeads
{
    private const int Classes = 21;
    private const int Corners = 4;

    /// <summary>Two 3×3 convolutions over each map, for the boxes' places and classes; their results are the outputs.</summary>
    public static Model Build(NetworkBuilder network, IEnumerable<Feature> maps) => network.Build(maps.Index().SelectMany(m =>
    {
        int boxes = m.Index == 0 ? 3 : 6;
        return new[]
        {
            network.Conv(m.Item, boxes * Corners, 3, activation: Activation.None),
            network.Conv(m.Item, boxes * Classes, 3, activation: Activation.None),
        };
    }));

    /// <summary>Maps of half the size each: 1×1 to half the channels, then 3×3 with stride 2.</summary>
    public static IEnumerable<Feature> ShrinkingMaps(NetworkBuilder network, Feature x, params int[] channels)
    {
        foreach (int count in channels)
        {
            x = network.Conv(network.Conv(x, count / 2, 1), count, 3, stride: 2);
            yield return x;
        }
    }
}
