using EasyQuant.Kernels.IntegerProducts;
using Xunit;

namespace EasyQuant.Kernels.Tests.IntegerProducts;

public sealed class QuadQuantizerTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 128)]
    [InlineData(3, 0)]
    [InlineData(4, 128)]
    public void Bytes_AreThoseOfTheByteQuantizer_AtEveryLength(int planeCount, int zeroPoint)
    {
        const int Stride = 50;
        float[] planes = TestBytes.Reals(planeCount, 4 * Stride);
        planes[7] = float.NaN;
        planes[Stride] = float.NegativeInfinity;
        (int minimum, int maximum) = zeroPoint == 0 ? (0, 255) : (1, 255);
        for (int length = 1; length <= Stride; length++)
        {
            // Once with room for whole vectors on both sides, once with none.
            foreach (int room in new[] { 64, 0 })
            {
                int end = (planeCount - 1) * Stride + length;
                uint[] quads = new uint[length + room];
                QuadQuantizer.Quantize(planes.AsSpan(0, Math.Min(planes.Length, end + room)), Stride, planeCount, length, 0.031f, zeroPoint, minimum, maximum, quads);

                Assert.Equal(Definition(planes, Stride, planeCount, length, zeroPoint, minimum, maximum), quads.Take(length));
            }
        }
    }

    [Fact]
    public void Refuses_SpansThatAreTooShort()
    {
        Assert.Throws<ArgumentException>(() => QuadQuantizer.Quantize(new float[29], 10, 3, 10, 1, 0, 0, 255, new uint[10]));
        Assert.Throws<ArgumentException>(() => QuadQuantizer.Quantize(new float[30], 10, 3, 10, 1, 0, 0, 255, new uint[9]));
        Assert.Throws<ArgumentException>(() => QuadQuantizer.Quantize(new float[50], 10, 5, 10, 1, 0, 0, 255, new uint[10]));
    }

    private static IEnumerable<uint> Definition(float[] planes, int stride, int planeCount, int length, int zeroPoint, int minimum, int maximum)
    {
        byte[][] bytes = new byte[4][];
        for (int plane = 0; plane < 4; plane++)
        {
            bytes[plane] = new byte[length];
            if (plane < planeCount)
            {
                ByteQuantizer.Quantize(planes.AsSpan(plane * stride, length), 0.031f, zeroPoint, minimum, maximum, bytes[plane]);
            }
            else
            {
                Array.Fill(bytes[plane], (byte)zeroPoint);
            }
        }

        return Enumerable.Range(0, length).Select(p => bytes[0][p] | (uint)bytes[1][p] << 8 | (uint)bytes[2][p] << 16 | (uint)bytes[3][p] << 24);
    }
}
