namespace EasyQuant.Quantization;

/// <summary>The integers that a tensor of some bits may hold, counted from the one that stands for zero.</summary>
/// <remarks>
/// Symmetric: <c>±(2^(b−1) − 1)</c>, so ±127 and ±63; the lowest two's-complement number is never used, which keeps
/// negation exact and products within their proved bounds. Unsigned: <c>0 … 2^b − 1</c>. Asymmetric: <c>−n … 2^b − 1 − n</c>, of which
/// unsigned is the case n = 0.
/// </remarks>
public readonly record struct IntegerRange
{
    /// <summary>The fewest bits that can be asked for.</summary>
    public const int MinimumBits = 2;

    /// <summary>The most bits that can be asked for.</summary>
    public const int MaximumBits = 8;

    /// <summary>A range of this many bits, symmetric where signed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 or more than 8 bits.</exception>
    public IntegerRange(int bits, bool signed)
        : this(bits, signed, 0) => Maximum = signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;

    private IntegerRange(int bits, bool isSymmetric, int below)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, MinimumBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MaximumBits);
        Bits = bits;
        IsSymmetric = isSymmetric;
        Maximum = (1 << bits) - 1 - below;
    }

    /// <summary>The number of bits.</summary>
    public int Bits { get; }

    /// <summary>Whether there are as many integers below zero as above.</summary>
    public bool IsSymmetric { get; }

    /// <summary>The largest integer.</summary>
    public int Maximum { get; }

    /// <summary>The smallest integer.</summary>
    public int Minimum => IsSymmetric ? -Maximum : Maximum - (1 << Bits) + 1;

    /// <summary>Whether negative numbers are in it.</summary>
    public bool Signed => Minimum < 0;

    /// <summary>The largest magnitude: what a clipping threshold becomes.</summary>
    public int Largest => Math.Max(Maximum, -Minimum);

    /// <summary>The byte that stands for zero where integers are stored unsigned: 128 on symmetric grids, else as many as lie below zero.</summary>
    public int ZeroByte => IsSymmetric ? 128 : -Minimum;

    /// <summary>All integers of this many bits, so many of them below zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits outside 2 to 8, or more integers below zero than there are.</exception>
    public static IntegerRange Asymmetric(int bits, int below)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(below);
        IntegerRange range = new(bits, isSymmetric: false, below);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(below, range.Maximum - range.Minimum);
        return range;
    }

    /// <summary>As in <c>s7</c>, <c>u8</c> or, for the asymmetric one with 12 integers below zero, <c>a8-12</c>.</summary>
    public override string ToString() => IsSymmetric ? $"s{Bits}" : Minimum == 0 ? $"u{Bits}" : $"a{Bits}{Minimum}";
}
