using EasyQuant.Data.Images;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Sources;

public sealed class UpscaleSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void APicture_IsCutToAMultipleOfTheFactor_AndScaledDown()
    {
        byte[] pixels = [.. Enumerable.Range(0, 32 * 28).Select(i => (byte)(i % 32 * 4 + i / 32))];
        _folder.Write("a.pgm", [.. "P5 32 28 255\n"u8, .. pixels]);

        SampleWithTruth<UpscaleTruth> sample = Open().Read(0);

        Assert.Equal([1, 1, 9, 10], sample.Sample.Inputs["y"].Shape);
        Assert.Equal([27, 30], sample.Truth.Original.Shape);
        Assert.Equal(pixels[(32 * 26)..(32 * 26 + 30)].Select(p => (float)p), sample.Truth.Original.AsSpan<float>()[(26 * 30)..].ToArray());

        // Of a ramp every way of scaling gives the same, save at the borders.
        float[] small = sample.Sample.Inputs["y"].AsSpan<float>().ToArray();
        Assert.Equal(4 * 13 + 13, 255 * small[4 * 10 + 4], 0.51);
        Assert.Equal(4 * 14 + 12, sample.Truth.Interpolated.AsSpan<float>()[12 * 30 + 14], 1.01);
    }

    [Fact]
    public void ColouredPictures_BecomeTheirLuminance()
    {
        _folder.Write("a.ppm", [.. "P6 24 24 255\n"u8, .. Enumerable.Range(0, 24 * 24 * 3).Select(i => (byte)(i % 3 == 0 ? 255 : 0))]);

        SampleWithTruth<UpscaleTruth> sample = Open().Read(0);

        Assert.All(sample.Truth.Original.AsSpan<float>().ToArray(), l => Assert.Equal(76, l));
        Assert.All(sample.Sample.Inputs["y"].AsSpan<float>().ToArray(), l => Assert.Equal(76 / 255f, l, 1e-6));
    }

    [Fact]
    public void APictureThatIsTooSmall_IsNamed_WithTheLeastSize()
    {
        _folder.Write("tiny.pgm", [.. "P5 23 40 255\n"u8, .. new byte[23 * 40]]);

        string message = Assert.Throws<InvalidSampleException>(() => Open().Read(0)).Message;

        Assert.Contains("tiny.pgm", message, StringComparison.Ordinal);
        Assert.Contains("at least 24 pixels", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheWayBack_LeadsToTheLevels()
    {
        Preprocess preprocess = new() { Color = ColorOrder.Grey, Scale = 1 / 127.5, Mean = [1], Std = [0.5] };
        (double gain, double offset) = preprocess.ToLevel();

        float number = preprocess.Apply(new Picture("pixel", 1, 1, 1, [200]), 1, 1, 1).AsSpan<float>()[0];

        Assert.Equal(200, gain * number + offset, 1e-4);
        Assert.Contains("luminance", Assert.Throws<InvalidSampleException>(() => PreprocessPresets.Imagenet.ToLevel()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidSampleException>(() => (preprocess with { Scale = 0 }).ToLevel());
    }

    private UpscaleSource Open() => new(_folder.Path, PreprocessPresets.Luminance, "y", 3);
}
