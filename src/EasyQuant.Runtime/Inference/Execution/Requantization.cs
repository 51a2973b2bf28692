using EasyQuant.Runtime.Inference.Network;

namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>The one definition of rounding to a grid: <c>clamp(round(x) + z, Minimum, Maximum)</c>, ties to even.</summary>
internal static class Requantization
{
    /// <summary>The byte for a real in steps of the grid.</summary>
    public static byte Round(float steps, QuantizedTensor grid) =>
        (byte)Math.Clamp(MathF.Round(steps, MidpointRounding.ToEven) + grid.ZeroPoint, grid.Minimum, grid.Maximum);

    /// <summary>For each byte of one grid the byte of another that stands for nearly the same real.</summary>
    public static byte[] Table(QuantizedTensor from, QuantizedTensor to)
    {
        float multiplier = from.Scale / to.Scale;
        return [.. Enumerable.Range(0, 256).Select(q => Round((q - from.ZeroPoint) * multiplier, to))];
    }
}
