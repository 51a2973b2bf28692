using EasyQuant.Kernels.FloatProducts;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>A convolution's weights in strips of 8 output channels, group by group.</summary>
internal sealed class ConvolutionWeights
{
    /// <summary>Packs weights (O, C / groups, …).</summary>
    public ConvolutionWeights(Tensor w, int groups)
    {
        Groups = groups;
        OutChannels = w.Shape[0] / groups;
        InChannels = w.Shape[1];
        Depth = w.Shape.Product(1, w.Shape.Rank);
        int taps = InChannels == 0 ? 0 : Depth / InChannels;
        Strips = new float[groups][];
        float[] sorted = new float[w.Count];
        for (int o = 0; o < w.Shape[0]; o++)
        {
            ConvolutionOrder.Sort(w.AsSpan<float>().Slice(o * Depth, Depth), InChannels, taps).CopyTo(sorted.AsSpan(o * Depth));
        }

        for (int g = 0; g < groups; g++)
        {
            Strips[g] = FloatTileKernel.PackStrips(sorted.AsSpan(g * OutChannels * Depth, OutChannels * Depth), OutChannels, Depth, Depth, 1);
        }
    }

    /// <summary>The number of groups.</summary>
    public int Groups { get; }

    /// <summary>Output channels of a group.</summary>
    public int OutChannels { get; }

    /// <summary>Input channels of a group.</summary>
    public int InChannels { get; }

    /// <summary>Input channels times taps.</summary>
    public int Depth { get; }

    /// <summary>For each group its strips.</summary>
    public float[][] Strips { get; }
}
