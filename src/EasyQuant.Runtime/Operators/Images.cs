using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators;

/// <summary>Tensors as batches of pictures: N, C, H, W.</summary>
internal static class Images
{
    /// <summary>The four extents.</summary>
    public static (int N, int C, int H, int W) Extents(Tensor x) => x.Shape.Rank == 4
        ? (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3])
        : throw new InvalidOperatorInputException($"{x} has {x.Shape.Rank} dimensions, expected 4 (NCHW).");
}
