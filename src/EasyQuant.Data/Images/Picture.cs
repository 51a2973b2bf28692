namespace EasyQuant.Data.Images;

/// <summary>A decoded picture: 8 bits a sample, rows from top to bottom, samples of one pixel side by side.</summary>
public sealed class Picture
{
    /// <summary>The most pixels a picture may have. Checked before memory is taken, so that a small hostile file cannot ask for much.</summary>
    public const long MaximumPixels = 64L << 20;

    /// <summary>The longest side a picture may have; JPEG's own limit is about the same.</summary>
    public const int MaximumSide = 65535;

    /// <summary>A picture over these samples, which the caller will not change.</summary>
    /// <exception cref="ArgumentException">There are neither 1 nor 3 channels, or the samples are not width · height · channels.</exception>
    public Picture(string name, int width, int height, int channels, byte[] samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (channels is not (1 or 3))
        {
            throw new ArgumentException($"A picture has 1 channel (grey) or 3 (RGB), not {channels}.", nameof(channels));
        }

        if (samples.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException($"A picture of {width}x{height} with {channels} channels has {(long)width * height * channels} samples; {samples.LongLength} were given.", nameof(samples));
        }

        Name = name;
        Width = width;
        Height = height;
        Channels = channels;
        Samples = samples;
    }

    /// <summary>What messages call it: the path of its file.</summary>
    public string Name { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 for grey, 3 for RGB.</summary>
    public int Channels { get; }

    /// <summary>Whether a pixel is one grey level.</summary>
    public bool IsGrey => Channels == 1;

    /// <summary>The samples: pixel (x, y), channel c at <c>(y · width + x) · channels + c</c>.</summary>
    public byte[] Samples { get; }

    /// <summary>The picture in grey levels: <c>Y = (19595 R + 38470 G + 7471 B + 2^15) / 2^16</c>, which is ITU-R BT.601's 0.299 R + 0.587 G + 0.114 B.</summary>
    public Picture ToGrey()
    {
        if (IsGrey)
        {
            return this;
        }

        byte[] grey = new byte[Width * Height];
        for (int i = 0, s = 0; i < grey.Length; i++, s += 3)
        {
            grey[i] = (byte)((19595 * Samples[s] + 38470 * Samples[s + 1] + 7471 * Samples[s + 2] + (1 << 15)) >> 16);
        }

        return new Picture(Name, Width, Height, 1, grey);
    }

    /// <summary>Name and size, as in <c>a.jpg (500x375)</c>.</summary>
    public override string ToString() => $"{Name} ({Width}x{Height})";

    /// <summary>Refuses sizes that no decoder should reserve memory for.</summary>
    /// <exception cref="InvalidSampleException">A side is not positive or above <see cref="MaximumSide"/>, or the picture has more than <see cref="MaximumPixels"/>.</exception>
    internal static void CheckSize(string name, long width, long height)
    {
        if (width <= 0 || height <= 0 || width > MaximumSide || height > MaximumSide || width * height > MaximumPixels)
        {
            throw new InvalidSampleException($"Picture '{name}' says that it has {width}x{height} pixels; expected sides of 1 to {MaximumSide} and at most {MaximumPixels} pixels. Scale it down.");
        }
    }
}
