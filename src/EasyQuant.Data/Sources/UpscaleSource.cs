using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Tensors;

namespace EasyQuant.Data.Sources;

/// <summary>All pictures of a folder, in ordinal order, scaled down for a network that enlarges their luminance.</summary>
/// <remarks>
/// As the field's papers do: the right and lower edges are cut so that both sides are multiples of the factor, the luminance is scaled down by bicubic
/// interpolation (as wide as the reduction asks for) and rounded to 8 bits. Every picture has its own size.
/// </remarks>
public sealed class UpscaleSource : ITruthSource<UpscaleTruth>
{
    // Room for the window of structural similarity, 11 pixels, beside the borders that are not measured.
    private const int SmallestSide = 8;

    private readonly string _folder;
    private readonly IReadOnlyList<string> _pictures;
    private readonly Preprocess _preprocess;
    private readonly string _input;
    private readonly int _factor;

    /// <summary>The pictures of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="preprocess">How luminance levels become the network's numbers; how it sizes pictures is of no account here.</param>
    /// <param name="input">The name of the network's input.</param>
    /// <param name="factor">How many times larger the network makes each side.</param>
    /// <exception cref="InvalidSampleException">The folder has no pictures.</exception>
    public UpscaleSource(string folder, Preprocess preprocess, string input, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 2);
        _folder = folder;
        _pictures = PictureFile.EnumerateAny(folder);
        _preprocess = preprocess with { Resize = new ResizeRule.Keep(), Crop = Crop.None };
        _input = input;
        _factor = factor;
    }

    /// <inheritdoc/>
    public int Count => _pictures.Count;

    /// <inheritdoc/>
    public string NameOf(int index) => _pictures[index];

    /// <inheritdoc/>
    public SampleWithTruth<UpscaleTruth> Read(int index)
    {
        string path = _pictures[index];
        Picture picture = PictureFile.Read(Path.Combine(_folder, path));
        (int width, int height) = (picture.Width / _factor, picture.Height / _factor);
        if (Math.Min(width, height) < SmallestSide)
        {
            throw new InvalidSampleException(
                $"Picture '{picture.Name}' of {picture.Width}x{picture.Height} is too small to be scaled down by {_factor}: expected sides of at least {SmallestSide * _factor} pixels. Take it out of the folder.");
        }

        Picture original = Resized(picture.ToGrey(), picture.Width, picture.Height, width * _factor, height * _factor);
        Picture small = Resized(original, width, height, width, height);
        Picture interpolated = Resized(small, original.Width, original.Height, original.Width, original.Height);
        Tensor input = _preprocess.Apply(small, channels: 1, height, width);
        return new(new Sample(path, SingleInput.Of(_input, input)), new UpscaleTruth(Levels(original), Levels(interpolated)));
    }

    private static Picture Resized(Picture picture, int width, int height, int keptWidth, int keptHeight) =>
        PictureResizer.Resize(picture, width, height, new PixelWindow(0, 0, keptWidth, keptHeight), Interpolation.Bicubic);

    private static Tensor Levels(Picture picture) => Tensor.From<float>([.. picture.Samples.Select(s => (float)s)], [picture.Height, picture.Width]);
}
