using EasyQuant.Data.Images;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Preprocessing;

/// <summary>From a picture to the numbers a model was trained on: resize, crop, order of the colours, then <c>y = (x · scale − mean) / std</c> for each channel.</summary>
public sealed record Preprocess
{
    /// <summary>What the channels are.</summary>
    public ColorOrder Color { get; init; } = ColorOrder.Auto;

    /// <summary>The factor on 0..255.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Subtracted after scaling: one value for all channels, or one for each in the order that <see cref="Color"/> gives the input.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0];

    /// <summary>Divides after the subtraction: one value for all channels, or one for each.</summary>
    public IReadOnlyList<double> Std { get; init; } = [1];

    /// <summary>How the size is brought near the model's.</summary>
    public ResizeRule Resize { get; init; } = new ResizeRule.Keep();

    /// <summary>What happens to what is then still larger.</summary>
    public Crop Crop { get; init; } = Crop.None;

    /// <summary>How pixels are interpolated.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The tensor f32[1, channels, height, width] that the model takes for this picture.</summary>
    /// <exception cref="InvalidSampleException">The picture cannot be brought to that size or that number of channels; the message says what would help.</exception>
    public Tensor Apply(Picture picture, int channels, int height, int width) => Apply(picture, new PictureSize(channels, height, width));

    /// <summary>The tensor that a model takes which may leave height and width open; every picture then has the size that <see cref="Resize"/> gives it.</summary>
    /// <exception cref="InvalidSampleException">The picture cannot be brought to what is stated; the message says what would help.</exception>
    /// <exception cref="ArgumentException">A side is left open and <see cref="Resize"/> does not settle it.</exception>
    public Tensor Apply(Picture picture, PictureSize stated)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stated.Height ?? 1, nameof(stated));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stated.Width ?? 1, nameof(stated));
        if (!Settles(stated))
        {
            throw new ArgumentException("A side is open, and this preprocessing follows the model's size.", nameof(stated));
        }

        int channels = stated.Channels;
        float[][] levels = LevelTables(channels);
        Picture source = channels == 1 ? picture.ToGrey() : picture;
        Framing framing = Resize.Frame(source, stated, Crop);
        (int height, int width) = (framing.InputHeight, framing.InputWidth);
        Picture framed = PictureResizer.Resize(source, framing.Width, framing.Height, framing.Window, Interpolation);

        Tensor tensor = Tensor.Allocate(DataType.Float32, [1, channels, height, width]);
        for (int c = 0; c < channels; c++)
        {
            int sample = framed.IsGrey ? 0 : Color == ColorOrder.Bgr ? 2 - c : c;
            FillPlane(tensor.AsMutableSpan<float>().Slice(c * height * width, height * width), width, framed, sample, levels[c], framing);
        }

        return tensor;
    }

    /// <summary>The way back of a model with one channel: the level of a number <c>y</c> is <c>gain · y + offset</c>, with <c>gain = std / scale</c> and <c>offset = mean / scale</c>.</summary>
    /// <exception cref="InvalidSampleException">The preprocessing makes several channels, or all levels the same.</exception>
    public (double Gain, double Offset) ToLevel()
    {
        if (Color is ColorOrder.Rgb or ColorOrder.Bgr || Mean.Count != 1 || Std.Count != 1)
        {
            throw new InvalidSampleException($"The preprocessing makes 3 channels ({Color}), but one is needed: the luminance. Choose the preset 'luminance', or color GRAY.");
        }

        return Scale != 0
            ? (Std[0] / Scale, Mean[0] / Scale)
            : throw new InvalidSampleException("The preprocessing's scale is 0, which makes all levels the same.");
    }

    /// <summary>Whether every picture gets a size for an input of which this is stated.</summary>
    public bool Settles(PictureSize stated) => Resize.Settles(stated, Crop);

    private static void FillPlane(Span<float> plane, int stride, Picture framed, int sample, float[] levels, Framing framing)
    {
        if (framed.Width * framed.Height < plane.Length)
        {
            plane.Fill(levels[framing.Pad]);
        }

        for (int y = 0, s = sample; y < framed.Height; y++)
        {
            Span<float> row = plane.Slice((framing.Top + y) * stride + framing.Left, framed.Width);
            for (int x = 0; x < row.Length; x++, s += framed.Channels)
            {
                row[x] = levels[framed.Samples[s]];
            }
        }
    }

    // y for each of the 256 levels, for each channel: calculated in double precision and rounded once.
    private float[][] LevelTables(int channels)
    {
        int expected = Color switch { ColorOrder.Auto => channels, ColorOrder.Grey => 1, _ => 3 };
        if (channels is not (1 or 3) || channels != expected)
        {
            throw new InvalidSampleException($"The preprocessing makes {(Color == ColorOrder.Auto ? "1 or 3" : expected)} channels ({Color}), but the model's input has {channels}. Choose the color that the model takes.");
        }

        float[][] tables = new float[channels][];
        for (int c = 0; c < channels; c++)
        {
            double mean = OfChannel(Mean, c, channels, "mean");
            double std = OfChannel(Std, c, channels, "std");
            tables[c] = [.. Enumerable.Range(0, 256).Select(level => (float)((level * Scale - mean) / std))];
        }

        return tables;
    }

    private static double OfChannel(IReadOnlyList<double> values, int channel, int channels, string name) =>
        values.Count == 1 ? values[0]
        : values.Count == channels ? values[channel]
        : throw new InvalidSampleException($"The preprocessing's {name} has {values.Count} values; expected 1 or one for each of the {channels} channels.");
}
