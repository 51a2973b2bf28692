namespace EasyQuant.Fuzz.Kit;

/// <summary>The random choices of one input: the same for the same seed, target and number, on every machine.</summary>
internal sealed class Dice
{
    private static readonly long[] s_numbers =
    [
        0, 1, -1, 2, -2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 1000, 4096, 32767, 32768, 65535, 65536, 1 << 20, 1 << 24,
        int.MaxValue, int.MinValue, (long)int.MaxValue + 1, uint.MaxValue, (long)uint.MaxValue + 1, 1L << 40, 1L << 62, long.MaxValue, long.MinValue, long.MaxValue / 4,
    ];

    private readonly Random _random;

    public Dice(int seed, string target, long number)
    {
        // FNV-1a, because hash codes of texts differ between processes.
        uint hash = 2166136261;
        foreach (char c in $"{seed} {target} {number}")
        {
            hash = (hash ^ c) * 16777619;
        }

        (Seed, InputNumber) = ((int)hash, number);
        _random = new Random(Seed);
    }

    /// <summary>What the choices follow from.</summary>
    public int Seed { get; }

    /// <summary>Which of the target's inputs is made.</summary>
    public long InputNumber { get; }

    /// <summary>A number from 0 up to, not including, <paramref name="limit"/>.</summary>
    public int Below(int limit) => _random.Next(limit);

    /// <summary>True once in <paramref name="times"/> times.</summary>
    public bool OnceIn(int times) => _random.Next(times) == 0;

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>Any byte.</summary>
    public byte Byte() => (byte)_random.Next(256);

    /// <summary>A small count, rarely a larger one: 1, 2, 4, 8 …</summary>
    public int SmallCount(int most = 64)
    {
        int count = 1;
        while (count < most && OnceIn(2))
        {
            count *= 2;
        }

        return count;
    }

    /// <summary>A number that programs get wrong: about zero, about powers of two, or near <paramref name="current"/>.</summary>
    public long Number(long current) => _random.Next(6) switch
    {
        0 => unchecked(current + 1),
        1 => unchecked(current - 1),
        2 => unchecked(current * 2),
        3 => current ^ 1L << _random.Next(64),
        4 => _random.Next(17) - 4,
        _ => Pick(s_numbers),
    };
}
