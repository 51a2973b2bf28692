using EasyQuant.Runtime.Execution;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Operators.Linear;

/// <summary>What must hold between a convolution and a picture that may be blocked.</summary>
internal static class BlockedPicture
{
    /// <summary>Checks a plain picture; a blocked one was checked when the plan was made.</summary>
    /// <exception cref="InvalidOperatorInputException">It does not fit.</exception>
    public static void Check(Tensor x, bool isBlocked, BlockedWeights weights, int groups)
    {
        if (!isBlocked)
        {
            ConvolutionShapes.Check(x, weights.Original, weights.Bias, groups);
            if (x.Type != DataType.Float32)
            {
                throw new InvalidOperatorInputException($"The input is {x}, expected element type f32 as the weight has.");
            }
        }
    }

    /// <summary>The window's walk over the picture.</summary>
    public static WindowWalk Walk(SpatialWindow window, Tensor x, bool isBlocked, BlockedWeights weights) =>
        window.Over(isBlocked ? x.Reshape([x.Shape[0], x.Shape[1] * ChannelBlocks.Lanes, x.Shape[2], x.Shape[3]]) : x, weights.Kernel);
}
