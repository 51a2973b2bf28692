using System.Buffers.Binary;
using System.IO.Compression;
using EasyQuant.Reporting.Samples;
using EasyQuant.Tensors;
using Xunit;

namespace EasyQuant.Reporting.Tests.Samples;

public sealed class ThumbnailTests
{
    [Fact]
    public void TheLevels_AreThoseBeforeThePreparation()
    {
        byte[] pixels = [0, 128, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90];
        PictureLevels levels = new(1 / 255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], IsBgr: false);

        (int width, int height, byte[] seen) = Decode(Thumbnail.Of(Prepare(pixels, 2, 2, levels), levels)!, 3);

        Assert.Equal((2, 2), (width, height));
        Assert.Equal(pixels, seen);
    }

    [Fact]
    public void ColoursInTheOrderOfTheOthers_AreTurnedAround()
    {
        byte[] pixels = [200, 100, 50];
        PictureLevels levels = new(1, [104, 117, 123], [1], IsBgr: true);
        Tensor blueFirst = Tensor.From([50f - 104, 100 - 117, 200 - 123], [1, 3, 1, 1]);

        Assert.Equal(pixels, Decode(Thumbnail.Of(blueFirst, levels)!, 3).Samples);
    }

    [Fact]
    public void ALargePicture_IsShrunk_ToTheMeansOfItsSquares()
    {
        Tensor chess = Tensor.From([.. Enumerable.Range(0, 224 * 448).Select(i => (i / 448 + i) % 2 == 0 ? 100f : 50f)], [1, 1, 224, 448]);

        (int width, int height, byte[] seen) = Decode(Thumbnail.Of(chess, new PictureLevels(1, [0], [1], IsBgr: false))!, 1);

        Assert.Equal((112, 56), (width, height));
        Assert.All(seen, level => Assert.Equal(75, level));
    }

    [Fact]
    public void WhereNobodySaysHowItWasPrepared_TheNumbersAreStretched()
    {
        Assert.Equal([0, 255, 128], Decode(Thumbnail.Of(Tensor.From([-2f, 2, 0.0001f], [1, 1, 1, 3]), null)!, 1).Samples.Select(s => (int)s));
        Assert.Equal([0, 0], Decode(Thumbnail.Of(Tensor.From([5f, 5], [1, 1, 1, 2]), null)!, 1).Samples.Select(s => (int)s));
    }

    [Fact]
    public void WhatIsNoPicture_HasNone()
    {
        Assert.Null(Thumbnail.Of(Tensor.From(new float[4], [1, 4]), null));
        Assert.Null(Thumbnail.Of(Tensor.From(new float[4], [1, 4, 1, 1]), null));
        Assert.Null(Thumbnail.Of(Tensor.From(new float[6], [2, 3, 1, 1]), null));
        Assert.Null(Thumbnail.Of(Tensor.From(new byte[3], [1, 3, 1, 1]), null));
        Assert.Null(Thumbnail.Of(Tensor.Allocate(DataType.Float32, [1, 3, 0, 4]), null));
    }

    private static Tensor Prepare(byte[] pixels, int width, int height, PictureLevels levels)
    {
        float[] numbers = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i % 3;
            numbers[channel * width * height + i / 3] = (float)((pixels[i] * levels.Scale - levels.Mean[channel]) / levels.Std[channel]);
        }

        return Tensor.From(numbers, [1, 3, height, width]);
    }

    // Reads what our encoder writes: one IDAT chunk, each row as its difference from the one above.
    private static (int Width, int Height, byte[] Samples) Decode(string address, int channels)
    {
        byte[] file = Convert.FromBase64String(address["data:image/png;base64,".Length..]);
        (int width, int height) = (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20)));
        using ZLibStream data = new(new MemoryStream(file, 41, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33))), CompressionMode.Decompress);
        byte[] samples = new byte[width * height * channels];
        for (int y = 0; y < height; y++)
        {
            Assert.Equal(2, data.ReadByte());
            Span<byte> row = samples.AsSpan(y * width * channels, width * channels);
            data.ReadExactly(row);
            for (int x = 0; y > 0 && x < row.Length; x++)
            {
                row[x] += samples[(y - 1) * row.Length + x];
            }
        }

        return (width, height, samples);
    }
}
