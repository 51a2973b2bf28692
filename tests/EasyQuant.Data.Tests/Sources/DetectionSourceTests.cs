using EasyQuant.Data.Preprocessing;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Sources;

public sealed class DetectionSourceTests : IDisposable
{
    private static readonly SampleInput Input = new("images", DataType.Float32, [1, 3, 64, 64]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("yolox")]
    [InlineData("face")]
    [InlineData("stretched")]
    public void ABox_LiesInTheInput_WhereItsObjectDoes(string preset)
    {
        // A white rectangle from (20, 30) of 40 x 20 in a black picture of 160 x 80.
        byte[] pixels = new byte[160 * 80];
        for (int y = 30; y < 50; y++)
        {
            pixels.AsSpan(y * 160 + 20, 40).Fill(255);
        }

        _folder.Write("pictures/a.pgm", [.. "P5 160 80 255\n"u8, .. pixels]);
        Preprocess preprocess = preset == "stretched" ? new Preprocess { Resize = new ResizeRule.Exact() } : PreprocessPresets.All[preset];

        SampleWithTruth<IReadOnlyList<LabelledBox>> sample = Open("file,class,x,y,w,h\na.pgm,3,20,30,40,20\n", preprocess).Read(0);

        LabelledBox only = Assert.Single(sample.Truth);
        Assert.Equal((3, false), (only.Class, only.IsCrowd));
        int[] white = [.. Enumerable.Range(0, 64 * 64).Where(i => sample.Sample.Inputs["images"].AsSpan<float>()[i] > 128)];
        Assert.Equal(only.Box.Left, white.Min(i => i % 64), 1.0);
        Assert.Equal(only.Box.Top, white.Min(i => i / 64), 1.0);
        Assert.Equal(only.Box.Right, white.Max(i => i % 64) + 1, 1.0);
        Assert.Equal(only.Box.Bottom, white.Max(i => i / 64) + 1, 1.0);
    }

    [Fact]
    public void PicturesThatTheFileDoesNotList_HaveNoObjects()
    {
        WritePictures("a.pgm", "b.pgm");

        DetectionSource source = Open("h,w,y,x,class80,iscrowd,name,file\n4,3,2,1,9,1,\"a, b\",b.pgm\n", PreprocessPresets.Yolox);

        Assert.Equal(2, source.Count);
        Assert.Empty(source.Read(0).Truth);
        Assert.Equal((9, true), source.Read(1).Truth.Select(b => (b.Class, b.IsCrowd)).Single());
    }

    [Theory]
    [InlineData("file,class,x,y,w,h\na.pgm,0,1,1,1,1\nmissing.jpg,0,1,1,1,1\n", "line 3: there is no picture 'missing.jpg'")]
    [InlineData("file,class,x,y,w\n", "line 1: expected a header with the columns 'file,class,x,y,w,h'")]
    [InlineData("file,class,x,y,w,h\na.pgm,0,1,1,1\n", "line 2: expected at least 6 fields, found 5")]
    [InlineData("file,class,x,y,w,h\na.pgm,cat,1,1,1,1\n", "line 2: the class 'cat'")]
    [InlineData("file,class,x,y,w,h\na.pgm,0,1,1,0,1\n", "line 2: the box is 0 wide")]
    [InlineData("file,class,x,y,w,h\na.pgm,0,1,NaN,1,1\n", "line 2: 'NaN' is no number of pixels")]
    [InlineData("file,class,x,y,w,h,iscrowd\na.pgm,0,1,1,1,1,2\n", "line 2: iscrowd is '2'")]
    [InlineData("file,class,x,y,w,h\n../a.pgm,0,1,1,1,1\n", "line 2: '../a.pgm' is no path below")]
    [InlineData("file,class,x,y,w,h\n", "lists no objects")]
    public void AWrongBoxFile_IsRefusedByLine(string content, string finding)
    {
        WritePictures("a.pgm");

        Assert.Contains(finding, Assert.Throws<InvalidSampleException>(() => Open(content, PreprocessPresets.Yolox)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingBoxFile_IsNamed()
    {
        WritePictures("a.pgm");

        string message = Assert.Throws<InvalidSampleException>(() => new DetectionSource(_folder.Path, "no-boxes.csv", PreprocessPresets.Yolox, Input)).Message;

        Assert.Equal("There is no box file 'no-boxes.csv'.", message);
    }

    [Fact]
    public void APreprocessingThatCuts_IsRefused()
    {
        WritePictures("a.pgm");

        Assert.Contains("letterbox", Assert.Throws<InvalidSampleException>(() => Open("file,class,x,y,w,h\na.pgm,0,1,1,1,1\n", PreprocessPresets.Imagenet)).Message, StringComparison.Ordinal);
    }

    private DetectionSource Open(string boxes, Preprocess preprocess) =>
        new(Path.Combine(_folder.Path, "pictures"), _folder.Write("boxes.csv", boxes), preprocess, Input);

    private void WritePictures(params string[] names) => Array.ForEach(names, n => _folder.Write($"pictures/{n}", [.. "P5 8 8 255\n"u8, .. new byte[64]]));
}
