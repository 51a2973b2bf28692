namespace EasyQuant.Quantization;

/// <summary>The integers that a tensor of some bits may hold, symmetric where signed.</summary>
/// <remarks>
/// Signed: <c>±(2^(b−1) − 1)</c>, so ±127 and ±63; the lowest two's-complement number is never used, which keeps
/// negation exact and products within their proved bounds. Unsigned: <c>0 … 2^b − 1</c>.
/// </remarks>
public readonly record struct IntegerRange
{
    /// <summary>The fewest bits that can be asked for.</summary>
    public const int MinimumBits = 2;

    /// <summary>The most bits that can be asked for.</summary>
    public const int MaximumBits = 8;

    /// <summary>A range of this many bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 or more than 8 bits.</exception>
    public IntegerRange(int bits, bool signed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, MinimumBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MaximumBits);
        Bits = bits;
        Signed = signed;
    }

    /// <summary>The number of bits.</summary>
    public int Bits { get; }

    /// <summary>Whether negative numbers are in it.</summary>
    public bool Signed { get; }

    /// <summary>The largest integer.</summary>
    public int Maximum => Signed ? (1 << (Bits - 1)) - 1 : (1 << Bits) - 1;

    /// <summary>The smallest integer.</summary>
    public int Minimum => Signed ? -Maximum : 0;

    /// <summary>As in <c>s7</c> or <c>u8</c>.</summary>
    public override string ToString() => $"{(Signed ? 's' : 'u')}{Bits}";
}
