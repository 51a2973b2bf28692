using EasyQuant.Tensors;

namespace EasyQuant.Reporting.Samples;

/// <summary>How the levels 0 to 255 of a picture became a network's input: <c>y = (x · scale − mean) / std</c>.</summary>
/// <param name="Scale">The factor on the levels.</param>
/// <param name="Mean">One number, or one for each channel of the input.</param>
/// <param name="Std">One number, or one for each channel of the input.</param>
/// <param name="IsBgr">Whether the first of three channels is blue.</param>
public sealed record PictureLevels(double Scale, IReadOnlyList<double> Mean, IReadOnlyList<double> Std, bool IsBgr)
{
    /// <summary>x.</summary>
    internal double LevelOf(double y, int channel) => (y * Std[channel % Std.Count] + Mean[channel % Mean.Count]) / Scale;

    /// <summary>The levels that stretch from the smallest number to the largest, where nobody says how a picture was prepared.</summary>
    internal static PictureLevels Stretching(ReadOnlySpan<float> numbers)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float number in numbers)
        {
            (low, high) = (MathF.Min(low, number), MathF.Max(high, number));
        }

        double width = high > low ? high - low : 1;
        return new PictureLevels(1, [-low * 255 / width], [255 / width], IsBgr: false);
    }
}

/// <summary>A small picture of what a network was fed.</summary>
public static class Thumbnail
{
    private const int LongestSide = 112;

    /// <summary>A PNG as a <c>data:</c> address, or nothing where the tensor is no picture: f32[1, 1 or 3, height, width].</summary>
    /// <param name="input">What the network was fed.</param>
    /// <param name="levels">How pictures became inputs; nothing stretches the tensor's own range.</param>
    public static string? Of(Tensor input, PictureLevels? levels)
    {
        if (input is not { Type: DataType.Float32, Shape: { Rank: 4 } shape } || shape[0] != 1 || shape[1] is not (1 or 3) || shape[2] < 1 || shape[3] < 1)
        {
            return null;
        }

        (int channels, int height, int width) = (shape[1], shape[2], shape[3]);
        levels ??= PictureLevels.Stretching(input.AsSpan<float>());
        int step = (Math.Max(height, width) + LongestSide - 1) / LongestSide;
        (int rows, int columns) = (Math.Max(1, height / step), Math.Max(1, width / step));
        byte[] samples = new byte[rows * columns * channels];
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> plane = input.AsSpan<float>().Slice(c * height * width, height * width);
            int place = levels.IsBgr && channels == 3 ? 2 - c : c;
            for (int i = 0; i < rows * columns; i++)
            {
                double level = levels.LevelOf(MeanOf(plane, width, height, i / columns * step, i % columns * step, step), c);
                samples[i * channels + place] = (byte)Math.Clamp(Math.Round(level), 0, 255);
            }
        }

        return $"data:image/png;base64,{Convert.ToBase64String(PngEncoder.Encode(samples, columns, rows, channels))}";
    }

    private static double MeanOf(ReadOnlySpan<float> plane, int width, int height, int top, int left, int step)
    {
        (double sum, int count) = (0, 0);
        for (int y = top; y < Math.Min(top + step, height); y++)
        {
            for (int x = left; x < Math.Min(left + step, width); x++)
            {
                sum += plane[y * width + x];
                count++;
            }
        }

        return sum / count;
    }
}
