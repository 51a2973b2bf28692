using System.IO.Compression;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Arrays;

public sealed class IdxFileTests
{
    private static readonly byte[] TwoPictures = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsPlainAndCompressed(bool isGzip)
    {
        using TemporaryFolder folder = new();
        Tensor tensor = IdxFile.Read(folder.Write("a", isGzip ? Gzip(TwoPictures) : TwoPictures));

        Assert.Equal([2, 1, 3], tensor.Shape);
        Assert.Equal<byte>([1, 2, 3, 4, 5, 6], tensor.AsSpan<byte>());
    }

    [Fact]
    public void EveryTruncation_IsRefused()
    {
        using TemporaryFolder folder = new();
        byte[] gzip = Gzip(TwoPictures);
        for (int length = 0; length < TwoPictures.Length; length++)
        {
            string plain = folder.Write("plain", TwoPictures[..length]);
            string packed = folder.Write("packed", Gzip(TwoPictures[..length]));
            Assert.Throws<InvalidSampleException>(() => IdxFile.Read(plain));
            Assert.Throws<InvalidSampleException>(() => IdxFile.Read(packed));
        }

        string half = folder.Write("half", gzip[..(gzip.Length / 2)]);
        Assert.Throws<InvalidSampleException>(() => IdxFile.Read(half));
    }

    [Fact]
    public void AClaimThatNoGzipOfThatLengthCanHold_TakesNoMemory()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.gz", Gzip([0, 0, 8, 1, 0x7F, 0, 0, 0]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidSampleException>(() => IdxFile.Read(path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 127, 255, 255, 255, 127, 255, 255, 255, 127, 255, 255, 255, 0, 0, 0, 0 })]
    public void ExtentsThatMultiplyToMore_ThanNumbersHold_AreRefused(byte[] extents)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a", [0, 0, 8, 4, .. extents]);

        Assert.Contains("not what follows its header", Assert.Throws<InvalidSampleException>(() => IdxFile.Read(path)).Message, StringComparison.Ordinal);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }
}
