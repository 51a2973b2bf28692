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

    [Theory]
    [InlineData(0.031f)]
    [InlineData(1 / 3f)]
    [InlineData(0.0078125f)]
    [InlineData(2e-38f)]
    [InlineData(1e35f)]
    public void Quantize_AroundTies_IsThatOfTheQuotient(float scale)
    {
        const int Neighbours = 9;
        List<float> plane = [];
        for (int k = -140; k <= 140; k++)
        {
            float x = (k + 0.5f) * scale;
            for (int i = 0; i < Neighbours / 2; i++)
            {
                x = MathF.BitDecrement(x);
            }

            for (int i = 0; i < Neighbours; i++, x = MathF.BitIncrement(x))
            {
                plane.Add(i == 3 && k % 5 == 0 ? float.NaN : x);
            }
        }

        float[] planes = [.. plane, .. plane.Select(x => -x), .. plane.Select(x => x / 2)];
        uint[] quads = new uint[plane.Count];

        QuadQuantizer.Quantize(planes, plane.Count, 3, plane.Count, scale, 128, 0, 255, quads);

        uint Expected(float x) => float.IsNaN(x) ? 128 : (uint)Math.Clamp(MathF.Round(x / scale, MidpointRounding.ToEven) + 128, 0, 255);
        Assert.All(Enumerable.Range(0, plane.Count), p => Assert.Equal(
            Expected(planes[p]) | Expected(planes[plane.Count + p]) << 8 | Expected(planes[2 * plane.Count + p]) << 16 | 128u << 24, quads[p]));
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
