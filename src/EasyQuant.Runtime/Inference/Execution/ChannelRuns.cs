using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>How rows of tensors of equal extents are cut into runs of bytes that lie alike.</summary>
internal static class ChannelRuns
{
    /// <summary>
    /// One run for a row where positions follow each other without gaps in all tensors, else one for each position, as where a
    /// tensor has one element for each map.
    /// </summary>
    public static (int RunsPerRow, int Length) Of(params ReadOnlySpan<TensorLayout> tensors)
    {
        int channels = LayoutPlanner.WholeVectors(tensors[0].Channels);
        int width = tensors[0].Width;
        bool isDense = true;
        foreach (TensorLayout tensor in tensors)
        {
            isDense &= tensor.Owner.PositionStride == channels && tensor.Width == width;
            width = Math.Max(width, tensor.Width);
        }

        return isDense ? (1, width * channels) : (width, channels);
    }

    /// <summary>Where a tensor lies; one with a single position for each image of the other lies there for all positions.</summary>
    public static TensorPlace Spread(TensorLayout tensor, TensorLayout over) =>
        tensor.Width * tensor.Height == over.Width * over.Height ? tensor.Place() : tensor.Place() with { RowStride = 0, PositionStride = 0 };
}
