using System.Text;
using EasyQuant.Data.Arrays;
using EasyQuant.Data.Images.Native;
using EasyQuant.Tensors;
using EasyQuant.Testing;
using Xunit;

namespace EasyQuant.Data.Images;

public sealed class PictureFileTests
{
    private static readonly IReadOnlyDictionary<string, Tensor> Decoded = NpzArchive.Read(Fixture.PathOf("decoded.npz"));

    public static TheoryData<string> Pictures => [.. Decoded.Keys];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Decodes_ToThePixelsThatPillowSees(string name)
    {
        Picture picture = PictureFile.Read(Fixture.PathOf(name));

        Assert.Equal([picture.Height, picture.Width, 3], Decoded[name].Shape);
        Assert.Equal(Decoded[name].AsSpan<byte>(), Rgb(picture));
    }

    [Theory]
    [InlineData("grey.jpg")]
    [InlineData("grey.png")]
    [InlineData("grey.pgm")]
    public void GreyPictures_StayGrey(string name) => Assert.True(PictureFile.Read(Fixture.PathOf(name)).IsGrey);

    [Fact]
    public void ContentDecides_NotTheExtension()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("really-a-png.jpg", File.ReadAllBytes(Fixture.PathOf("color.png")));

        Assert.Equal(37, PictureFile.Read(path).Width);
    }

    [Fact]
    public void TextMaps_MayHaveComments_AndLevelsAreScaled()
    {
        Picture picture = PictureFile.Decode("P3 # colour\n2 1\n# the maximum\n15\n0 15 7  1 2 3"u8, "a.ppm");

        Assert.Equal<byte>([0, 255, 119, 17, 34, 51], picture.Samples);
    }

    [Fact]
    public void SixteenBitMaps_AreBigEndian() =>
        Assert.Equal<byte>([0, 128, 255], PictureFile.Decode([.. "P5 3 1 65535\n"u8, 0, 0, 0x80, 0x80, 0xFF, 0xFF], "a.pgm").Samples);

    [Fact]
    public void EveryTruncation_IsRefusedByName_NeverHalfDecoded()
    {
        foreach (string name in Decoded.Keys)
        {
            byte[] file = File.ReadAllBytes(Fixture.PathOf(name));
            // A PNG is complete before its empty last chunk, a JPEG without its end marker.
            int end = Path.GetExtension(name) switch { ".png" => file.Length - 12, ".jpg" => file.Length - 16, _ => file.Length };
            for (int length = 0; length < end; length += 1 + length / 16)
            {
                InvalidSampleException e = Assert.Throws<InvalidSampleException>(() => PictureFile.Decode(file.AsSpan(0, length), name));
                Assert.Contains(name, e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void DamagedBytes_GiveAPictureOrAClearRefusal()
    {
        Random random = new(3);
        foreach (string name in Decoded.Keys)
        {
            byte[] original = File.ReadAllBytes(Fixture.PathOf(name));
            for (int trial = 0; trial < 60; trial++)
            {
                byte[] file = [.. original];
                for (int k = 0; k < 4; k++)
                {
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                }

                try
                {
                    Picture picture = PictureFile.Decode(file, name);
                    Assert.Equal((long)picture.Width * picture.Height * picture.Channels, picture.Samples.Length);
                }
                catch (InvalidSampleException e)
                {
                    Assert.Contains(name, e.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("P6 30000 30000 255\n", "30000x30000")]
    [InlineData("P5 0 4 255\n", "0x4")]
    [InlineData("P5 999999999 999999999 255\n", "999999999x999999999")]
    [InlineData("P5 8000 8000 255\n", "truncated")]
    [InlineData("P2 8000 8000 255\n1 2 3", "truncated")]
    [InlineData("P5 4 4 0\n................", "maximum level 0")]
    [InlineData("P2 1 1 9\n12", "level 12")]
    [InlineData("P2 x", "expected a number")]
    [InlineData("GIF89a....", "no picture of a known format")]
    [InlineData("", "empty")]
    public void ImpossibleMaps_AreRefused_BeforeMemoryIsTaken(string content, string finding)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidSampleException e = Assert.Throws<InvalidSampleException>(() => PictureFile.Decode(Encoding.Latin1.GetBytes(content), "x"));

        Assert.Contains(finding, e.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void JpegAndPngOfClaimedHugeSize_AreRefused()
    {
        byte[] jpeg = File.ReadAllBytes(Fixture.PathOf("color.jpg"));
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        jpeg.AsSpan(frame + 5, 4).Fill(0x7F);
        byte[] png = File.ReadAllBytes(Fixture.PathOf("color.png"));
        png[18] = 0x7F;
        png[22] = 0x7F;
        // The header's checksum, which libpng verifies first.
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32(png.AsSpan(12, 17)));

        Assert.Contains("has 32639x32639 pixels", Assert.Throws<InvalidSampleException>(() => PictureFile.Decode(jpeg, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("has 32549x32541 pixels", Assert.Throws<InvalidSampleException>(() => PictureFile.Decode(png, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APngOfMorePixels_ThanItsLengthCanHold_TakesNoMemory()
    {
        byte[] png = File.ReadAllBytes(Fixture.PathOf("color.png"));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), 8000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), 8000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32(png.AsSpan(12, 17)));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("no file of", Assert.Throws<InvalidSampleException>(() => PictureFile.Decode(png, "x")).Message, StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Enumeration_IsRecursive_AndOrdinal()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["b.jpg", "B.PNG", "a/z.bmp", "a.pgm", "notes.txt", ".hidden.jpg", "a/b/c.ppm"])
        {
            folder.Write(name, "");
        }

        Assert.Equal(["B.PNG", "a.pgm", "a/b/c.ppm", "a/z.bmp", "b.jpg"], PictureFile.Enumerate(folder.Path));
    }

    [Fact]
    public void AMissingLibrary_NamesThePackage()
    {
        NativeDependency missing = new("nothing", "libnothing", ["libnothing-of-this-name.so.0"], "Install it with 'apt install libnothing0'.");
        InvalidSampleException e = Assert.Throws<InvalidSampleException>(() => missing.Require("a.jpg"));

        Assert.Equal("Picture 'a.jpg' needs the library libnothing, which is not installed (looked for libnothing-of-this-name.so.0). Install it with 'apt install libnothing0'.", e.Message);
    }

    private static byte[] Rgb(Picture picture) => picture.IsGrey ? [.. picture.Samples.SelectMany(s => Enumerable.Repeat(s, 3))] : picture.Samples;

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }
}
