using EasyQuant.Data.Arrays;
using EasyQuant.Data.Preprocessing;
using EasyQuant.Graphs;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Sources;

public sealed class SeveralInputsTests : IDisposable
{
    private static readonly SampleInput[] Inputs =
    [
        new("ids", DataType.Int64, new SymbolicShape([new Dimension(null, "N"), new Dimension(null, "length")])),
        new("features", DataType.Float32, new SymbolicShape([new Dimension(null, "N"), new Dimension(null, "length"), 2])),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFolderOfNpz_IsASampleAFile_OfAnyLength()
    {
        Npz("b.npz", ("ids", Longs(1, 2, 3)), ("features", Floats(1, 3, 2)), ("label", Tensor.FromScalar(4L)));
        Npz("a.npz", ("features", Floats(1, 1, 2)), ("ids", Longs(9)));

        ISampleSource source = Open(_folder.Path);

        Assert.Equal(["a.npz", "b.npz"], All(source).Select(s => s.Name));
        Assert.Equal([null, 4], All(source).Select(s => s.Label));
        Assert.Equal(new Shape[] { [1, 1, 2], [1, 3, 2] }, All(source).Select(s => s.Inputs["features"].Shape));
        Assert.Equal([1L, 2, 3], source.Read(1).Inputs["ids"].AsSpan<long>().ToArray());
    }

    [Fact]
    public void ASubFolderForEachInput_IsASampleAFileName()
    {
        foreach ((string name, int length) in (IEnumerable<(string, int)>)[("1.npy", 2), ("0.npy", 5)])
        {
            NpyFile.Write(_folder.Write($"ids/{name}", ""), Tensor.From([.. Enumerable.Range(0, length).Select(i => (long)i)], [length]));
            NpyFile.Write(_folder.Write($"features/{name}", ""), Floats(length, 2));
        }

        Assert.Equal(["0.npy 1x5 1x5x2", "1.npy 1x2 1x2x2"], All(Open(_folder.Path)).Select(s => $"{s.Name} {s.Inputs["ids"].Shape} {s.Inputs["features"].Shape}"));

        File.Delete(Path.Combine(_folder.Path, "features", "1.npy"));
        Assert.Contains("has no '1.npy'", Refusal(() => Open(_folder.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void OneNpz_HasSamplesAlongTheFirstAxis_EachWithItsBatchOrWithout()
    {
        string plain = Npz("plain.npz", ("ids", Tensor.From<long>([1, 2, 3, 4], [2, 2])), ("features", Floats(2, 2, 2)));
        string batched = Npz("batched.npz", ("ids", Tensor.From<long>([1, 2, 3, 4], [2, 1, 2])), ("features", Floats(2, 1, 2, 2)));

        Assert.Equal([3L, 4], Open(plain).Read(1).Inputs["ids"].AsSpan<long>().ToArray());
        Assert.Equal(Open(plain).Read(1).Inputs["features"].AsSpan<float>().ToArray(), Open(batched).Read(1).Inputs["features"].AsSpan<float>().ToArray());
        Assert.Equal(Open(plain).Read(1).Inputs["ids"].Shape, Open(batched).Read(1).Inputs["ids"].Shape);
    }

    [Fact]
    public void AnInputWithoutAnArray_AndAnArrayWithoutAnInput_AreRefusedByName()
    {
        Assert.Contains("no array for input 'ids' i64[Nxlength]; it has 'features'", Refusal(() => Read(("features", Floats(1, 3, 2)))), StringComparison.Ordinal);
        Assert.Contains(
            "an array 'mask' that no input takes; the model's inputs are 'ids' i64[Nxlength], 'features'",
            Refusal(() => Read(("ids", Longs(1, 2)), ("features", Floats(1, 2, 2)), ("mask", Longs(1, 1)))), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherElementType_OrRank_IsRefused()
    {
        Assert.Contains("elements of type f32, expected i64 for input 'ids'", Refusal(() => Read(("ids", Floats(1, 2)), ("features", Floats(1, 2, 2)))), StringComparison.Ordinal);
        Assert.Contains("has 4 dimensions (1x1x2x2), expected 3 (Nxlengthx2)", Refusal(() => Read(("ids", Longs(1, 2)), ("features", Floats(1, 1, 2, 2)))), StringComparison.Ordinal);
    }

    [Fact]
    public void OneNameForTwoExtents_IsRefused_WithBothInputs()
    {
        string refusal = Refusal(() => Read(("ids", Longs(1, 2, 3)), ("features", Floats(1, 2, 2))));

        Assert.Contains("where 'length' is 2, but it is 3 in input 'ids'", refusal, StringComparison.Ordinal);
        string npz = Npz("one.npz", ("ids", Tensor.From<long>([1, 2, 3, 4, 5, 6], [2, 3])), ("features", Floats(2, 2, 2)));
        Assert.Contains("where 'length' is 2, but it is 3 in input 'ids'", Refusal(() => Open(npz).Read(0)), StringComparison.Ordinal);
    }

    [Fact]
    public void AnInputsNameThatLeavesTheFolder_IsNotFollowed()
    {
        SampleInput[] hostile = [new("../other", DataType.Float32, [1]), new("ids", DataType.Int64, [1])];
        NpyFile.Write(_folder.Write("ids/0.npy", ""), Longs(1));

        Assert.Contains("a name that no folder can have", Refusal(() => SampleSources.Open(_folder.Path, hostile, PreprocessPresets.None)), StringComparison.Ordinal);
    }

    private Sample Read(params (string Name, Tensor Array)[] arrays)
    {
        Npz("sample.npz", arrays);
        return Open(_folder.Path).Read(0);
    }

    private static ISampleSource Open(string path) => SampleSources.Open(path, Inputs, PreprocessPresets.None);

    private static IEnumerable<Sample> All(ISampleSource source) => Enumerable.Range(0, source.Count).Select(source.Read);

    private static string Refusal(Func<object> open) => Assert.Throws<InvalidSampleException>(open).Message;

    private static Tensor Longs(params long[] values) => Tensor.From(values, [1, values.Length]);

    private static Tensor Floats(params int[] extents)
    {
        Shape shape = new(extents);
        return Tensor.From([.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => (float)i)], shape);
    }

    private string Npz(string name, params (string Name, Tensor Array)[] arrays)
    {
        string path = Path.Combine(_folder.Path, name);
        NpzArchive.Write(path, arrays.Select(a => KeyValuePair.Create(a.Name, a.Array)));
        return path;
    }
}
