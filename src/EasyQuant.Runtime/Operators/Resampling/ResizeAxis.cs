namespace EasyQuant.Runtime.Operators.Resampling;

/// <summary>For each index of one resized dimension: which input indices it is made of, and with which weights.</summary>
/// <param name="Taps">The input indices, within the input's extent; none where the extrapolation value stands.</param>
/// <param name="Weights">The weight of each tap.</param>
internal sealed record ResizeAxis(int[][] Taps, float[][] Weights)
{
    /// <summary>The extent of the result.</summary>
    public int Extent => Taps.Length;
}
