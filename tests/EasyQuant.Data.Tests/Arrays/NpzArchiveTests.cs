using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Arrays;

public sealed class NpzArchiveTests
{
    [Fact]
    public void ArraysSurviveWritingAndReading()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "a.npz");
        NpzArchive.Write(path, [new("x", Tensor.From<float>([1, 2], [2])), new("path/y", Tensor.FromScalar(7L))]);

        IReadOnlyDictionary<string, Tensor> arrays = NpzArchive.Read(path);

        Assert.Equal(["x", "path/y"], arrays.Keys);
        Assert.Equal([1f, 2], arrays["x"].AsSpan<float>().ToArray());
        Assert.Equal(7, arrays["path/y"].AsSpan<long>()[0]);
    }

    [Fact]
    public void EveryTruncationAndDamage_IsRefusedOrRead()
    {
        using TemporaryFolder folder = new();
        byte[] file = File.ReadAllBytes(Fixture.PathOf("decoded.npz"));
        Random random = new(5);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] damaged = trial % 2 == 0 ? file[..random.Next(file.Length)] : [.. file];
            damaged.AsSpan().Slice(Math.Max(0, damaged.Length - random.Next(1, 400)), Math.Min(2, damaged.Length)).Fill((byte)random.Next(256));
            string path = folder.Write("a.npz", damaged);
            Exception? e = Record.Exception(() => NpzArchive.Read(path));
            Assert.True(e is null or InvalidSampleException, e?.ToString());
        }
    }
}
