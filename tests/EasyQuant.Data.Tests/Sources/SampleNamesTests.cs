using EasyQuant.Data.Preprocessing;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Sources;

/// <summary>Names that sources give without reading, by which samples that calibrated are told from others.</summary>
public sealed class SampleNamesTests : IDisposable
{
    private static readonly SampleInput Input = new("x", DataType.Float32, [1, 1, 24, 24]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AllKindsOfSources_CallAPictureOfOneFolderTheSame_AndAsItsSampleSays()
    {
        foreach (string name in (string[])["b.pgm", "sub/a.pgm"])
        {
            _folder.Write($"pictures/{name}", [.. "P5 24 24 255\n"u8, .. new byte[24 * 24]]);
        }

        _folder.Write("boxes.csv", "file,class,x,y,w,h\nb.pgm,0,1,1,4,4\n"u8.ToArray());
        string pictures = _folder["pictures"];
        Preprocess preprocess = PreprocessPresets.Luminance with { Resize = new ResizeRule.Exact(), Crop = Crop.None };
        ISampleSource samples = new ImageFolderSource(pictures, preprocess, Input);
        ITruthSource<IReadOnlyList<LabelledBox>> detection = new DetectionSource(pictures, _folder["boxes.csv"], preprocess, Input);
        ITruthSource<UpscaleTruth> upscaling = new UpscaleSource(pictures, preprocess, "x", 3);

        foreach (int index in (int[])[0, 1])
        {
            string name = samples.NameOf(index);
            Assert.Equal(samples.Read(index).Name, name);
            Assert.Equal((name, name), (detection.NameOf(index), detection.Read(index).Sample.Name));
            Assert.Equal((name, name), (upscaling.NameOf(index), upscaling.Read(index).Sample.Name));
        }

        Assert.Equal(samples.NameOf(1), new SubsetSource(samples, [1]).NameOf(0));
        TruthSubset<UpscaleTruth> last = new(upscaling, [1]);
        Assert.Equal((1, samples.NameOf(1), samples.NameOf(1)), (last.Count, last.NameOf(0), last.Read(0).Sample.Name));
    }
}
