using EasyQuant.Runtime.Inference.Planning;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>Where the elements of a row of positions lie in the order of the graph: maps one after another for images, rows as they are for matrices.</summary>
internal readonly struct ElementOrder
{
    /// <summary>The order of the row of this number, counted over all images.</summary>
    public ElementOrder(TensorLayout layout, int row)
    {
        int plane = layout.Height * layout.Width;
        (Image, Y) = (row / layout.Height, row % layout.Height);
        (First, FromChannelToChannel, FromPositionToPosition) = layout.IsMatrix
            ? (0, 1, layout.Channels)
            : ((nint)Image * layout.Channels * plane + Y * layout.Width, plane, 1);
    }

    /// <summary>The image.</summary>
    public int Image { get; }

    /// <summary>The row of the image.</summary>
    public int Y { get; }

    /// <summary>The number of the first position's first channel.</summary>
    public nint First { get; }

    /// <summary>Elements from channel to channel.</summary>
    public nint FromChannelToChannel { get; }

    /// <summary>Elements from position to position.</summary>
    public nint FromPositionToPosition { get; }
}
