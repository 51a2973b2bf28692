using EasyQuant.Data.Arrays;
using EasyQuant.Data.Images;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Data.Preprocessing;

public sealed class PictureResizerTests
{
    private static readonly IReadOnlyDictionary<string, Tensor> Resized = NpzArchive.Read(Fixture.PathOf("resized.npz"));

    public static TheoryData<string> Cases => [.. Resized.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resizes_ToPillowsBytes(string name)
    {
        (Picture source, Interpolation interpolation, int width, int height) = Parse(name);

        Picture resized = PictureResizer.Resize(source, width, height, new PixelWindow(0, 0, width, height), interpolation);

        Assert.Equal(Resized[name].AsSpan<byte>(), resized.Samples);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AWindow_IsTheSameAsTheWholeCut(string name)
    {
        (Picture source, Interpolation interpolation, int width, int height) = Parse(name);
        PixelWindow window = new(width / 4, height / 3, width - width / 2, height - height / 2);

        Picture part = PictureResizer.Resize(source, width, height, window, interpolation);

        ReadOnlySpan<byte> whole = Resized[name].AsSpan<byte>();
        int length = window.Width * source.Channels;
        for (int y = 0; y < window.Height; y++)
        {
            Assert.Equal(whole.Slice(((window.Top + y) * width + window.Left) * source.Channels, length), part.Samples.AsSpan(y * length, length));
        }
    }

    [Fact]
    public void AFlatPicture_StaysFlat()
    {
        Picture flat = new("flat", 301, 7, 1, [.. Enumerable.Repeat((byte)200, 301 * 7)]);

        Assert.All(PictureResizer.Resize(flat, 13, 29, new PixelWindow(0, 0, 13, 29), Interpolation.Bicubic).Samples, s => Assert.Equal(200, s));
    }

    // "Bilinear 16x12 RGB"
    private static (Picture Source, Interpolation Interpolation, int Width, int Height) Parse(string name)
    {
        string[] parts = name.Split(' ', 'x');
        Picture source = PictureFile.Read(Fixture.PathOf(parts[3] == "L" ? "grey.png" : "color.png"));
        return (source, Enum.Parse<Interpolation>(parts[0]), int.Parse(parts[1]), int.Parse(parts[2]));
    }
}
