using EasyQuant.Tensors;

namespace EasyQuant.Runtime.Inference.Network;

/// <summary>A tensor of bytes that stand for reals: <c>x = (q − z) · s</c>, with q in [Minimum, Maximum].</summary>
/// <remarks>Inside the engine all bytes are unsigned: a tensor stored as int8 is the same one with 128 added to q and z.</remarks>
/// <param name="Name">The name of the integer value in the graph.</param>
/// <param name="Shape">Extents as in the graph: NCHW for images, [rows, columns] for matrices.</param>
/// <param name="Scale">s.</param>
/// <param name="ZeroPoint">z.</param>
/// <param name="Minimum">The least q.</param>
/// <param name="Maximum">The largest q.</param>
public sealed record QuantizedTensor(string Name, Shape Shape, float Scale, int ZeroPoint, int Minimum, int Maximum)
{
    /// <summary>Elements that lie side by side: those along axis 1 of images, along the last axis of all else.</summary>
    public int Channels => Shape.Rank switch { 0 => 1, 4 => Shape[1], _ => Shape[^1] };

    /// <summary>The real that each byte stands for.</summary>
    public float[] Reals() => [.. Enumerable.Range(0, 256).Select(q => (q - ZeroPoint) * Scale)];

    /// <summary>Whether both stand for the same reals under the same bytes.</summary>
    public bool SharesGridWith(QuantizedTensor other) => Scale.Equals(other.Scale) && ZeroPoint == other.ZeroPoint;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: u8[{Shape}] s={Scale:g6} z={ZeroPoint} [{Minimum}, {Maximum}]";
}
