namespace EasyQuant.Kernels.IntegerProducts;

/// <summary>
/// A matrix A[p, k] of unsigned bytes as the product kernels read it: the four elements <c>k = 4g … 4g + 3</c> of position p
/// are the bytes from <c>offsets[g] + 4p</c> on.
/// </summary>
/// <remarks>
/// Offsets may point into the same bytes. So the patches of a convolution need no copies: with the channels of an image in
/// quads and the image padded, each weight of the kernel sees the image from another offset.
/// </remarks>
public readonly ref struct QuadMatrix
{
    /// <summary>Bytes that must follow the last element of any group: kernels read whole vectors.</summary>
    public const int Slack = 64;

    /// <summary>A view of these bytes.</summary>
    /// <param name="bytes">The elements, and <see cref="Slack"/> bytes behind the last.</param>
    /// <param name="offsets">Where each group of four begins.</param>
    /// <param name="positions">Which positions count.</param>
    /// <exception cref="ArgumentException">An offset leads beyond the bytes.</exception>
    public QuadMatrix(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> offsets, PositionRuns positions)
    {
        foreach (int offset in offsets)
        {
            if (offset < 0 || offset + 4L * positions.End + Slack > bytes.Length)
            {
                throw new ArgumentException($"Offset {offset} with {positions.End} positions needs {offset + 4L * positions.End + Slack} bytes; there are {bytes.Length}.", nameof(offsets));
            }
        }

        Bytes = bytes;
        Offsets = offsets;
        Positions = positions;
    }

    /// <summary>The elements.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where each group of four begins.</summary>
    public ReadOnlySpan<int> Offsets { get; }

    /// <summary>Which positions count.</summary>
    public PositionRuns Positions { get; }

    /// <summary>Elements of a row, in whole groups.</summary>
    public int RowLength => 4 * Offsets.Length;
}
