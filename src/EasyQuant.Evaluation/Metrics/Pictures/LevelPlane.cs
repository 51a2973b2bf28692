namespace EasyQuant.Evaluation.Metrics.Pictures;

/// <summary>One channel of a picture in levels, 0 to 255.</summary>
public sealed class LevelPlane
{
    /// <summary>The largest level that 8 bits have.</summary>
    public const double Peak = 255;

    private readonly double[] _levels;

    /// <summary>Levels row by row.</summary>
    /// <exception cref="ArgumentException">There are not width · height of them.</exception>
    public LevelPlane(int width, int height, double[] levels)
    {
        if (levels.Length != (long)width * height)
        {
            throw new ArgumentException($"{width}x{height} has {(long)width * height} levels; {levels.Length} were given.", nameof(levels));
        }

        (Width, Height, _levels) = (width, height, levels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The level at a place.</summary>
    public double this[int column, int row] => _levels[row * Width + column];

    /// <summary>
    /// The luminance that the field's papers measure on, ITU-R BT.601's with 16 for black and 235 for white: <c>Y' = 16 + 219/255 · clamp(round(y), 0, 255)</c> for
    /// each <c>y = gain · value + offset</c>, without a border whose pixels miss neighbours.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The border leaves nothing.</exception>
    public static LevelPlane OfLuminance(ReadOnlySpan<float> values, int width, int height, int border, double gain = 1, double offset = 0)
    {
        (int innerWidth, int innerHeight) = (width - 2 * border, height - 2 * border);
        ArgumentOutOfRangeException.ThrowIfNegative(border);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerWidth, nameof(border));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerHeight, nameof(border));
        double[] levels = new double[innerWidth * innerHeight];
        for (int row = 0, i = 0; row < innerHeight; row++)
        {
            foreach (float value in values.Slice((row + border) * width + border, innerWidth))
            {
                double level = Math.Round(gain * value + offset, MidpointRounding.ToEven);

                // What is not a number counts as black: no picture can show it.
                levels[i++] = 16 + 219.0 / 255.0 * (level >= 0 ? Math.Min(level, Peak) : 0);
            }
        }

        return new LevelPlane(innerWidth, innerHeight, levels);
    }

    internal void RequireSizeOf(LevelPlane other)
    {
        if ((Width, Height) != (other.Width, other.Height))
        {
            throw new ArgumentException($"Pictures of {Width}x{Height} and {other.Width}x{other.Height} cannot be compared.", nameof(other));
        }
    }
}
