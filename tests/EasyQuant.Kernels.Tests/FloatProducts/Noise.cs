namespace EasyQuant.Kernels.Tests.FloatProducts;

/// <summary>Numbers to compute with, and how far a sum of them may be off.</summary>
internal static class Noise
{
    /// <summary>Reproducible numbers in [-1, 1).</summary>
    public static float[] Floats(int seed, int length)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }

    /// <summary>
    /// A sum of n products of numbers below 1 has partial sums below n + 1, each rounded once by half a unit in the last place:
    /// n · (n + 1) · 2^-24 at the most.
    /// </summary>
    public static float Tolerance(int products) => products * (products + 1) * MathF.ScaleB(1, -24) + MathF.ScaleB(1, -24);
}
