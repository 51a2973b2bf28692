using EasyQuant.Data.Arrays;
using EasyQuant.Data.Images;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Data.Preprocessing;

public sealed class PreprocessTests
{
    private static readonly IReadOnlyDictionary<string, Tensor> Framed = NpzArchive.Read(Fixture.PathOf("framed.npz"));

    public static TheoryData<string> Cases => [.. Framed.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Frames_AsEvaluationsOfClassifiersDo(string name)
    {
        string[] parts = name.Split(' ');
        int size = int.Parse(parts[1]);
        Preprocess preprocess = PreprocessPresets.None with { Resize = new ResizeRule.ShortSide(int.Parse(parts[2])), Crop = Crop.Center };

        Tensor tensor = preprocess.Apply(PictureFile.Read(Fixture.PathOf(parts[0])), 3, size, size);

        Assert.Equal<byte>(Framed[name].AsSpan<byte>(), Interleaved(tensor));
    }

    [Theory]
    [InlineData(16, 18)]
    [InlineData(24, 27)]
    [InlineData(21, 24)]
    [InlineData(32, 37)]
    public void WithoutASize_TheShortSideKeepsTheProportionOf256To224(int size, int shortSide)
    {
        Preprocess preprocess = PreprocessPresets.Imagenet with { Scale = 1, Mean = [0], Std = [1] };

        Tensor tensor = preprocess.Apply(PictureFile.Read(Fixture.PathOf("color.jpg")), 3, size, size);

        Assert.Equal<byte>(Framed[$"color.jpg {size} {shortSide}"].AsSpan<byte>(), Interleaved(tensor));
    }

    [Fact]
    public void APictureOfTheModelsSize_IsNotResized()
    {
        Picture picture = PictureFile.Read(Fixture.PathOf("color.png"));

        Tensor tensor = (PreprocessPresets.Imagenet with { Scale = 1, Mean = [0], Std = [1] }).Apply(picture, 3, picture.Height, picture.Width);

        Assert.Equal<byte>(picture.Samples, Interleaved(tensor));
    }

    [Theory]
    [InlineData("""{"mode":"multiple","of":8}""", 37, 29, 40, 32)]
    [InlineData("""{"mode":"multiple","of":8,"by":"resize"}""", 37, 29, 40, 32)]
    [InlineData("""{"mode":"multiple","of":8,"by":"resize"}""", 35, 2, 32, 8)]
    [InlineData("""{"mode":"multiple","of":8,"longSide":20}""", 40, 30, 24, 16)]
    [InlineData("""{"mode":"multiple","of":8,"longSide":64}""", 40, 30, 40, 32)]
    [InlineData("""{"mode":"shortSide","size":16}""", 40, 20, 32, 16)]
    [InlineData("""{"mode":"none"}""", 5, 3, 5, 3)]
    public void OpenSides_AreSettledByTheRule(string resize, int width, int height, int expectedWidth, int expectedHeight) =>
        Assert.Equal([1, 1, expectedHeight, expectedWidth], Parsed(resize).Apply(Flat(width, height, 200), new PictureSize(1, null, null)).Shape);

    [Fact]
    public void AStatedHeight_IsMetInProportion_AndTheWidthFollows() =>
        Assert.Equal([1, 1, 48, 160], Parsed("""{"mode":"multiple","of":32}""").Apply(Flat(60, 20, 9), new PictureSize(1, 48, null)).Shape);

    [Fact]
    public void Padding_KeepsEveryPixel_InTheUpperLeftCorner_AndFillsTheRest()
    {
        Picture picture = new("numbers", 3, 2, 1, [1, 2, 3, 4, 5, 6]);

        float[] padded = Parsed("""{"mode":"multiple","of":4,"pad":9}""").Apply(picture, new PictureSize(1, null, null)).AsSpan<float>().ToArray();

        Assert.Equal([1, 2, 3, 9, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9, 9], padded);
    }

    [Fact]
    public void ARuleThatFollowsTheModel_DoesNotSettleOpenSides() =>
        Assert.DoesNotContain(PreprocessPresets.All, p => p.Value.Resize is not ResizeRule.Keep && p.Value.Settles(new PictureSize(3, null, 32)));

    [Fact]
    public void Presets_NormaliseAsPublished()
    {
        Picture pixel = new("pixel", 1, 1, 3, [10, 20, 250]);

        Assert.Equal([(10 / 255f - 0.485f) / 0.229f, (20 / 255f - 0.456f) / 0.224f, (250 / 255f - 0.406f) / 0.225f], Values("imagenet"), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([10 / 127.5f - 1, 20 / 127.5f - 1, 250 / 127.5f - 1], Values("inception"), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([250f - 104, 20 - 117, 10 - 123], Values("caffe"));
        Assert.Equal([250f, 20, 10], Values("yolox"));
        Assert.Equal([10f, 20, 250], Values("none"));
        Assert.Equal(Values("imagenet"), Values("cifar"));

        float[] Values(string preset) => PreprocessPresets.All[preset].Apply(pixel, 3, 1, 1).AsSpan<float>().ToArray();
    }

    [Fact]
    public void Letterbox_KeepsTheWholePicture_AndFillsTheRest()
    {
        Picture wide = new("wide", 4, 2, 3, [.. Enumerable.Repeat((byte)9, 24)]);

        Assert.Equal([9f, 9, 9, 9, 9, 9, 9, 9, 114, 114, 114, 114, 114, 114, 114, 114], Plane(Anchor.TopLeft));
        Assert.Equal([114f, 114, 114, 114, 9, 9, 9, 9, 9, 9, 9, 9, 114, 114, 114, 114], Plane(Anchor.Center));

        float[] Plane(Anchor anchor) => (PreprocessPresets.Yolox with { Resize = new ResizeRule.Letterbox(Anchor: anchor) }).Apply(wide, 3, 4, 4).AsSpan<float>()[..16].ToArray();
    }

    [Fact]
    public void Grey_IsTheLuminance_AndAGreyPictureServesColourInputs()
    {
        Picture pixel = new("pixel", 1, 1, 3, [255, 0, 0]);

        Assert.Equal([76f], PreprocessPresets.None.Apply(pixel, 1, 1, 1).AsSpan<float>().ToArray());
        Assert.Equal([5f, 5, 5], PreprocessPresets.None.Apply(new Picture("grey", 1, 1, 1, [5]), 3, 1, 1).AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData(65535, 1)]
    [InlineData(1, 65535)]
    public void ExtremeProportions_TakeLittleMemory(int width, int height)
    {
        Picture strip = new("strip", width, height, 3, new byte[3 * 65535]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        foreach (ResizeRule rule in (ResizeRule[])[new ResizeRule.ShortSide(), new ResizeRule.ShortSide(16384), new ResizeRule.Exact(), new ResizeRule.Letterbox()])
        {
            Preprocess preprocess = PreprocessPresets.Imagenet with { Resize = rule };
            Assert.Equal([1, 3, 32, 32], preprocess.Apply(strip, 3, 32, 32).Shape);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void Refusals_SayWhatWouldHelp()
    {
        Picture picture = new("a.jpg", 4, 2, 3, new byte[24]);

        Refuses(PreprocessPresets.None, 3, "'a.jpg' of 4x2", "imagenet");
        Refuses(PreprocessPresets.None, 4, "1 or 3 channels", "the model's input has 4");
        Refuses(PreprocessPresets.Imagenet, 1, "3 channels", "has 1");
        Refuses(PreprocessPresets.None with { Mean = [1, 2] }, 3, "mean has 2 values", "1 or one for each");
        Refuses(PreprocessPresets.Imagenet with { Resize = new ResizeRule.ShortSide(3) }, 3, "becomes 6x3", "larger resize");
        Refuses(new Preprocess { Resize = new ResizeRule.Letterbox(Width: 9) }, 3, "width 9", "width 8");

        void Refuses(Preprocess preprocess, int channels, params string[] findings)
        {
            InvalidSampleException e = Assert.Throws<InvalidSampleException>(() => preprocess.Apply(picture, channels, 8, 8));
            Assert.All(findings, f => Assert.Contains(f, e.Message, StringComparison.Ordinal));
        }
    }

    private static byte[] Interleaved(Tensor tensor)
    {
        float[] planes = tensor.AsSpan<float>().ToArray();
        int pixels = planes.Length / 3;
        return [.. Enumerable.Range(0, planes.Length).Select(i => (byte)planes[i % 3 * pixels + i / 3])];
    }

    private static Preprocess Parsed(string resize) => PreprocessJson.Parse($$"""{"resize":{{resize}}}""", "test");

    private static Picture Flat(int width, int height, byte level) => new("flat", width, height, 1, [.. Enumerable.Repeat(level, width * height)]);
}
