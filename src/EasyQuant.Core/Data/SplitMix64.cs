namespace EasyQuant.Data;

/// <summary>The generator of Steele, Lea and Flood (Fast splittable pseudorandom number generators, OOPSLA 2014), written down here so that a seed means the same for ever.</summary>
public struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to, not including, <paramref name="bound"/>, all equally likely.</summary>
    public int Below(int bound)
    {
        ulong range = (ulong)bound;
        // The lowest 2^64 mod range numbers would make some remainders more likely than others.
        ulong rejected = (0 - range) % range;
        ulong bits;
        do
        {
            bits = Next();
        }
        while (bits < rejected);

        return (int)(bits % range);
    }
}
