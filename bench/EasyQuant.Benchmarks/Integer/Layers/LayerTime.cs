namespace EasyQuant.Benchmarks.Integer.Layers;

/// <summary>What one step of a network took.</summary>
/// <param name="Layer">The node that it comes from.</param>
/// <param name="Kind">What computes it.</param>
/// <param name="Output">The extents of its result.</param>
/// <param name="Macs">Multiply-accumulates; 0 where it is none.</param>
/// <param name="Microseconds">The shortest time.</param>
/// <param name="MedianMicroseconds">The median time.</param>
internal sealed record LayerTime(string Layer, string Kind, string Output, long Macs, double Microseconds, double MedianMicroseconds)
{
    /// <summary>Billions of multiply-accumulates in a second; null where it is none.</summary>
    public double? GigaMacsPerSecond => Macs == 0 ? null : Macs / Microseconds / 1e3;
}
