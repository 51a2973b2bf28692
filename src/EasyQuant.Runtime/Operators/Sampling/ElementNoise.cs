using System.Numerics;
using EasyQuant.Runtime.Execution;

namespace EasyQuant.Runtime.Operators.Sampling;

/// <summary>Pseudo-random numbers by place: element i is a hash of the seed and i, so that neither order nor threads matter.</summary>
/// <remarks>
/// A node without a seed gets one from the names of its outputs. Every run of a model therefore draws the same numbers, as do the turns of a
/// loop. They are not those of other runtimes: the operators do not define a generator. The hash is the finalizer of splitmix64 (Steele, Lea, Flood 2014).
/// </remarks>
internal sealed class ElementNoise
{
    private readonly ulong _seed;

    /// <summary>The numbers of a node.</summary>
    public ElementNoise(OperatorSite site)
    {
        ulong seed = site.Node.Attributes.ContainsKey("seed") ? BitConverter.SingleToUInt32Bits(site.Node.GetFloat("seed", 0)) : Hash(site.Node.Outputs[0]?.Name ?? "");
        _seed = Mix(seed);
    }

    /// <summary>The number of a place, uniform in [0, 1).</summary>
    public double Uniform(long place) => (Mix(_seed + (ulong)place * 0x9E3779B97F4A7C15) >> 11) * (1.0 / (1UL << 53));

    /// <summary>The number of a place, normal with mean 0 and variance 1 (Box and Muller 1958).</summary>
    public double Normal(long place) =>
        Math.Sqrt(-2 * Math.Log(1 - Uniform(2 * place))) * Math.Cos(2 * Math.PI * Uniform(2 * place + 1));

    private static ulong Mix(ulong bits)
    {
        bits += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    private static ulong Hash(string text) => text.Aggregate(0UL, (hash, c) => BitOperations.RotateLeft(hash, 5) ^ Mix(c));
}
