using EasyQuant.Data.Arrays;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Sources;

public sealed class SampleSourcesTests : IDisposable
{
    private static readonly SampleInput Pictures = new("data", DataType.Float32, [1, 3, 29, 37]);
    private static readonly SampleInput Vectors = new("x", DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 2]));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ClassFolders_AreNumberedInOrdinalOrder()
    {
        foreach (string name in (string[])["dog/1.png", "Cat/2.png", "ant/1.png", "dog/0.png"])
        {
            _folder.Write(name, File.ReadAllBytes(Fixture.PathOf("color.png")));
        }

        ISampleSource source = Open(_folder.Path, Pictures);

        Assert.Equal(["Cat/2.png:0", "ant/1.png:1", "dog/0.png:2", "dog/1.png:2"], All(source).Select(s => $"{s.Name}:{s.Label}"));
        Assert.Equal("f32[1x3x29x37]", source.Read(0).Inputs["data"].ToString());
    }

    [Fact]
    public void ALabelFile_ChoosesAndLabels()
    {
        string labels = _folder.Write("labels.csv", "\uFEFFlabel,name,file\r\n7,\"a, \"\"quoted\"\" name\",color.png\r\n\r\n3,b,color.bmp\r\n");

        ISampleSource source = Open(Fixture.Folder, Pictures, labels);

        Assert.Equal(["color.png:7", "color.bmp:3"], All(source).Select(s => $"{s.Name}:{s.Label}"));
    }

    [Theory]
    [InlineData("file,label\ncolor.png,1\nmissing.png,2\n", "line 3: there is no 'missing.png'")]
    [InlineData("file,label\ncolor.png\n", "line 2: expected a file and a label")]
    [InlineData("file,label\ncolor.png,cat\n", "line 2: the label 'cat'")]
    [InlineData("file,label\ncolor.png,-1\n", "line 2: the label '-1'")]
    [InlineData("file,label\n../color.png,1\n", "line 2: '../color.png' is no path below")]
    [InlineData("file,label\n/etc/passwd,1\n", "line 2: '/etc/passwd' is no path below")]
    [InlineData("file,label\ncolor.png,1\ncolor.png,2\n", "line 3: 'color.png' is listed in line 2")]
    [InlineData("file,label\n\"color.png,1\n", "line 2: a quoted field has no end")]
    [InlineData("picture,class\ncolor.png,1\n", "line 1: expected a header")]
    [InlineData("file,label\n", "lists no files")]
    public void AWrongLabelFile_IsRefusedByLine(string content, string finding) =>
        Assert.Contains(finding, Refusal(() => new ImageFolderSource(Fixture.Folder, PreprocessPresets.None, Pictures, _folder.Write("labels.csv", content))), StringComparison.Ordinal);

    [Fact]
    public void AnNpy_GivesASampleForEachEntryOfItsFirstAxis()
    {
        string path = Npy("a.npy", Tensor.From<double>([1, 2, 3, 4, 5, 6], [3, 2]));

        ISampleSource source = Open(path, Vectors);

        Assert.Equal(3, source.Count);
        Assert.Equal([5f, 6], source.Read(2).Inputs["x"].AsSpan<float>().ToArray());
        Assert.Equal("f32[1x2]", source.Read(2).Inputs["x"].ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read(3));
    }

    [Theory]
    [InlineData("c_f4_big.npy")]
    [InlineData("fortran.npy")]
    public void ForeignLayouts_GiveTheSameSamples(string name)
    {
        SampleInput input = new("x", DataType.Float32, new SymbolicShape([Dimension.Unknown, 3, 4]));
        Tensor whole = NpyFile.Read(Fixture.PathOf(name));

        Assert.Equal(whole.AsSpan<float>()[12..], Open(Fixture.PathOf(name), input).Read(1).Inputs["x"].AsSpan<float>());
    }

    [Fact]
    public void AFolderOfNpy_IsASampleAFile()
    {
        Npy("b.npy", Tensor.From<float>([3, 4], [2]));
        Npy("a.npy", Tensor.From<float>([1, 2], [1, 2]));

        ISampleSource source = Open(_folder.Path, Vectors);

        Assert.Equal([1f, 2, 3, 4], All(source).SelectMany(s => s.Inputs["x"].AsSpan<float>().ToArray()));
    }

    [Fact]
    public void AnNpz_ServesSeveralInputs_AndLabels()
    {
        SampleInput ids = new("ids", DataType.Int64, new SymbolicShape([new Dimension(null, "N"), 1]));
        string path = Npz(("ids", Tensor.From<int>([8, 9], [2, 1])), ("x", Tensor.From<float>([1, 2, 3, 4], [2, 2])), ("labels", Tensor.From<long>([5, 6], [2])));

        Sample sample = SampleSources.Open(path, [Vectors, ids], PreprocessPresets.None).Read(1);

        Assert.Equal([3f, 4], sample.Inputs["x"].AsSpan<float>().ToArray());
        Assert.Equal([9L], sample.Inputs["ids"].AsSpan<long>().ToArray());
        Assert.Equal(6, sample.Label);
    }

    [Fact]
    public void TheOnlyArray_ServesTheOnlyInput() => Assert.Equal(2, Open(Npz(("arr_0", Tensor.From<float>([1, 2, 3, 4], [2, 2]))), Vectors).Count);

    [Fact]
    public void ArraysThatDoNotFit_AreRefused_WithBothShapes()
    {
        Assert.Contains("has shape 1x3, expected Nx2 for input 'x' f32[Nx2]", Refusal(() => Open(Npy("a.npy", Tensor.From<float>([1, 2, 3], [1, 3])), Vectors)), StringComparison.Ordinal);
        Assert.Contains("has elements of type u8, expected f32", Refusal(() => Open(Npy("a.npy", Tensor.From<byte>([1, 2], [1, 2])), Vectors)), StringComparison.Ordinal);
        Assert.Contains("no array for input 'x' f32[Nx2]; it has 'y', 'z'", Refusal(() => Open(Npz(("y", Tensor.FromScalar(1)), ("z", Tensor.FromScalar(1))), Vectors)), StringComparison.Ordinal);
        Assert.Contains("has shape 1, expected 2", Refusal(() => Open(Npz(("x", Tensor.From<float>([1, 2, 3, 4], [2, 2])), ("labels", Tensor.From<long>([5], [1]))), Vectors)), StringComparison.Ordinal);
        Assert.Contains("holds no samples", Refusal(() => Open(Npy("a.npy", Tensor.FromScalar(1f)), Vectors)), StringComparison.Ordinal);
    }

    [Fact]
    public void PlacesWithoutSamples_SayWhatWasLookedFor()
    {
        Assert.Contains("neither pictures", Refusal(() => Open(_folder.Path, Pictures)), StringComparison.Ordinal);
        Assert.Contains("hold no pictures (.bmp, .jpeg, .jpg", Refusal(() => new ImageFolderSource(_folder.Path, PreprocessPresets.None, Pictures)), StringComparison.Ordinal);
        Assert.Contains("There is no file or folder", Refusal(() => Open(Path.Combine(_folder.Path, "x"), Pictures)), StringComparison.Ordinal);
        Assert.Contains("the model has 2 inputs", Refusal(() => SampleSources.Open(Fixture.PathOf("color.png"), [Pictures, Vectors], PreprocessPresets.None)), StringComparison.Ordinal);
        Assert.Contains("takes no pictures", Refusal(() => Open(Fixture.PathOf("color.png"), Vectors)), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenSizes_AreSettledByThePreprocessing()
    {
        SampleInput open = new("data", DataType.Float32, new SymbolicShape([1, 3, Dimension.Unknown, Dimension.Unknown]));
        Preprocess exact = new() { Resize = new ResizeRule.Exact(8, 6) };

        Assert.Equal([1, 3, 6, 8], ImageFolderSource.OfPicture(Fixture.PathOf("color.png"), exact, open).Read(0).Inputs["data"].Shape);
        Assert.Contains("leaves height or width open", Refusal(() => ImageFolderSource.OfPicture(Fixture.PathOf("color.png"), PreprocessPresets.Imagenet, open)), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenSizes_AreThoseOfThePictures_WhereNothingResizes()
    {
        SampleInput open = new("data", DataType.Float32, new SymbolicShape([new Dimension(null, "N"), 1, new Dimension(null, "H"), new Dimension(null, "W")]));
        _folder.Write("a.pgm", [.. "P5 3 2 255\n"u8, 1, 2, 3, 4, 5, 6]);
        _folder.Write("b.pgm", [.. "P5 2 4 255\n"u8, 1, 2, 3, 4, 5, 6, 7, 8]);

        Tensor[] pictures = [.. All(Open(_folder.Path, open)).Select(s => s.Inputs["data"])];

        Assert.Equal(new Shape[] { [1, 1, 2, 3], [1, 1, 4, 2] }, pictures.Select(p => p.Shape));
        Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8], pictures[1].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Mnist_ComesWithItsLabels()
    {
        ISampleSource source = Open(Assets.PathOrSkip("images", "mnist-test"), new SampleInput("x", DataType.Float32, [1, 1, 28, 28]));

        Assert.Equal(10_000, source.Count);
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], Enumerable.Range(0, 10).Select(i => source.Read(i).Label!.Value));
    }

    [Fact]
    public void ThreadsReadTheSame()
    {
        ISampleSource source = Open(Npy("a.npy", Tensor.From<float>([.. Enumerable.Range(0, 2000).Select(i => (float)i)], [1000, 2])), Vectors);

        float[] read = new float[1000];
        Parallel.For(0, 1000, i => read[i] = source.Read(i).Inputs["x"].AsSpan<float>()[1]);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => 2f * i + 1), read);
    }

    private static ISampleSource Open(string path, SampleInput input, string? labels = null) =>
        SampleSources.Open(path, [input], PreprocessPresets.None, labels);

    private static IEnumerable<Sample> All(ISampleSource source) => Enumerable.Range(0, source.Count).Select(source.Read);

    private static string Refusal(Func<object> open) => Assert.Throws<InvalidSampleException>(open).Message;

    private string Npy(string name, Tensor tensor)
    {
        string path = Path.Combine(_folder.Path, name);
        NpyFile.Write(path, tensor);
        return path;
    }

    private string Npz(params (string Name, Tensor Array)[] arrays)
    {
        string path = Path.Combine(_folder.Path, "a.npz");
        NpzArchive.Write(path, arrays.Select(a => KeyValuePair.Create(a.Name, a.Array)));
        return path;
    }
}
