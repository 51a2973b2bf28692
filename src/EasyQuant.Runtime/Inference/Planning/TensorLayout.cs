using EasyQuant.Runtime.Inference.Network;
using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Planning;

/// <summary>
/// How an integer tensor lies in the arena: images of rows of positions, each position its channels side by side, with a
/// border of zero points around every image and room for whole vectors of channels.
/// </summary>
/// <remarks>A matrix [rows, columns] is an image of one row: positions are its rows, channels its columns.</remarks>
internal sealed class TensorLayout
{
    private TensorLayout(QuantizedTensor tensor, int images, int height, int width, int channels)
    {
        Tensor = tensor;
        Images = images;
        Height = height;
        Width = width;
        Channels = channels;
    }

    /// <summary>What lies there.</summary>
    public QuantizedTensor Tensor { get; }

    /// <summary>Images.</summary>
    public int Images { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Positions of a row.</summary>
    public int Width { get; }

    /// <summary>Channels of a position.</summary>
    public int Channels { get; }

    /// <summary>Rows of zero points above an image.</summary>
    public int Top { get; set; }

    /// <summary>Rows of zero points below an image.</summary>
    public int Bottom { get; set; }

    /// <summary>Zero points before a row.</summary>
    public int Left { get; set; }

    /// <summary>Zero points behind a row.</summary>
    public int Right { get; set; }

    /// <summary>Bytes from position to position.</summary>
    public int PositionStride { get; set; }

    /// <summary>The tensor whose memory this one is a part of; itself where it has its own.</summary>
    public TensorLayout Owner { get; private set; } = null!;

    /// <summary>The owner's channel at which this one's begin.</summary>
    public int FirstChannel { get; private set; }

    /// <summary>Where the owner's memory begins in the arena.</summary>
    public long ArenaOffset { get; set; }

    /// <summary>Bytes from row to row.</summary>
    public nint RowStride => (nint)(Left + Width + Right) * PositionStride;

    /// <summary>Bytes from image to image.</summary>
    public nint ImageStride => (Top + Height + Bottom) * RowStride;

    /// <summary>Bytes of the memory, with those behind it that kernels may read or write in whole vectors.</summary>
    public long ByteLength => (long)Images * ImageStride + Slack;

    /// <summary>Bytes of the tensor alone: with its border where it has one, without its neighbours where it is a part.</summary>
    public long OwnBytes => Owner == this ? Images * ImageStride : (long)Images * Height * Width * LayoutPlanner.WholeVectors(Channels);

    /// <summary>Whether the tensor is not an image.</summary>
    public bool IsMatrix => Tensor.Shape.Rank != 4;

    /// <summary>Whether rows follow each other without a border.</summary>
    public bool IsContiguous => Left + Right + Top + Bottom == 0;

    private const int Slack = 64;

    /// <summary>A layout without border whose positions are as long as their channels.</summary>
    public static TensorLayout Of(QuantizedTensor tensor)
    {
        Shape s = tensor.Shape;
        TensorLayout layout = s.Rank == 4
            ? new TensorLayout(tensor, s[0], s[2], s[3], s[1])
            : new TensorLayout(tensor, 1, 1, s.Rank == 0 ? 1 : s.Product(0, s.Rank - 1), s.Rank == 0 ? 1 : s[^1]);
        layout.Owner = layout;
        return layout;
    }

    /// <summary>Makes this one a range of another's channels.</summary>
    public void BecomePartOf(TensorLayout owner, int firstChannel) => (Owner, FirstChannel) = (owner, firstChannel);

    /// <summary>Where positions lie, once everything about the owner is decided.</summary>
    public TensorPlace Place() => new(
        Owner.ArenaOffset + Owner.Top * Owner.RowStride + (nint)Owner.Left * Owner.PositionStride + FirstChannel, Owner.ImageStride, Owner.RowStride, Owner.PositionStride);
}

/// <summary>Where positions of a tensor lie in the arena.</summary>
/// <param name="Start">Of the first channel of the first position of the first image.</param>
/// <param name="ImageStride">Bytes from image to image.</param>
/// <param name="RowStride">Bytes from row to row.</param>
/// <param name="PositionStride">Bytes from position to position.</param>
internal readonly record struct TensorPlace(long Start, nint ImageStride, nint RowStride, nint PositionStride)
{
    /// <summary>Where a position begins; it may lie in the border.</summary>
    public long OffsetOf(int image, int y, int x) => Start + image * ImageStride + y * RowStride + x * PositionStride;
}
